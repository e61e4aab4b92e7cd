/** Gives out the UPNs that the users of an export ask for, and placeholders to those who do not get theirs. */
import { claimedSince, firstClaims, type Holders, isFree, isHeld, type Keeps, type Round } from './claims.ts';
import { type Intent, wishesOf, wishesOfDraft } from './fold-export.ts';
import { desiredAddresses } from './objects.ts';
import type { Draft } from './operations.ts';
import { choosePlaceholder, type PlaceholderForm, placeholderPrefix } from './placeholder.ts';
import type { OperationFailure } from './validation.ts';
import { smtpKey, upnKey, type ValueKey } from './values.ts';

/** Who is on a placeholder after the export, and the items that must fail because none is left, by their index. */
export type AllocatedNames = {
  readonly placeholders: ReadonlyMap<Intent, string>;
  readonly refused: ReadonlyMap<number, OperationFailure>;
};

const round: Round = {
  wanted: (intent) => wishesOf(intent).names,
  wantedBy: (draft) => wishesOfDraft(draft).names,
};

/**
 * Gives out the UPNs.
 *
 * A user who gets its own gives up its placeholder, which another may have asked for: hence the repetition. `random`
 * gives 0 to below 1.
 */
export function allocateNames(
  holders: Holders,
  { placeholderForm, random }: { readonly placeholderForm: PlaceholderForm; readonly random: () => number },
): AllocatedNames {
  const claims = firstClaims(holders, round);
  const granted = new Set<ValueKey>();
  const hasOwn = (intent: Intent, key: ValueKey): boolean =>
    (granted.has(key) && claims.get(key) === intent) || isHeld(key, intent);
  const keeps: Keeps = (intent, key) => {
    const own = wishesOf(intent).names[0]?.key;
    // What a user has beside its own UPN, or in its place, is its placeholder.
    return own === key || (own !== undefined && !hasOwn(intent, own) && keptPlaceholder(intent) !== null);
  };
  let sizeBefore: number;
  do {
    sizeBefore = granted.size;
    for (const key of claims.keys()) if (!granted.has(key) && isFree(key, holders, keeps)) granted.add(key);
  } while (granted.size > sizeBefore);

  const placeholders = new Map<Intent, string>();
  const refused = new Map<number, OperationFailure>();
  const chosen = new Set<ValueKey>();
  const isAskedFor = askedForAsAddress(holders);
  for (const intent of holders.intents.values()) {
    const own = wishesOf(intent).names[0];
    if (!own || hasOwn(intent, own.key)) continue;
    const licensed = intent.draft?.exported.exchangeLicensed === true;
    const isTaken = (candidate: string): boolean => {
      const [key, address] = [upnKey(candidate), smtpKey(candidate)];
      return (
        chosen.has(key) ||
        claims.has(key) ||
        isOccupied(key, holders) ||
        (licensed && (isOccupied(address, holders) || isAskedFor(address)))
      );
    };
    const placeholder = keptPlaceholder(intent) ?? choosePlaceholder(own.address, placeholderForm, { isTaken, random });
    if (placeholder === null) {
      refused.set(claimedSince(own.key, intent, round), noPlaceholder(intent, own.address, placeholderForm));
      continue;
    }
    chosen.add(upnKey(placeholder));
    placeholders.set(intent, placeholder);
  }
  return { placeholders, refused };
}

/** Tells whether a user that stays quarantined goes on with the placeholder it has: its desired UPN is the same. */
function keptPlaceholder({ continues, before, draft }: Intent): string | null {
  const [desired, now] = [before?.exported.userPrincipalName, draft?.exported.userPrincipalName];
  return continues && before?.placeholder && desired && now && upnKey(desired) === upnKey(now)
    ? before.placeholder
    : null;
}

/** Tells whether the export asks for an address; looks only when it is first asked itself. */
function askedForAsAddress({ intents }: Holders): (key: ValueKey) => boolean {
  let asked: ReadonlySet<ValueKey> | undefined;
  const drafts = (): Draft[] => [...intents.values()].flatMap(({ draft }) => draft ?? []);
  const find = (): ReadonlySet<ValueKey> =>
    new Set(drafts().flatMap(({ exported }) => desiredAddresses(exported, null).map(({ key }) => key)));
  return (key) => (asked ??= find()).has(key);
}

function isOccupied(key: ValueKey, { values }: Holders): boolean {
  const value = values.get(key);
  return value !== undefined && (value.holder !== null || value.waiting > 0);
}

function noPlaceholder({ sourceAnchor }: Intent, own: string, form: PlaceholderForm): OperationFailure {
  return {
    code: 'AttributeValueMustBeUnique',
    message: `Cannot write object "${sourceAnchor}": its userPrincipalName "${own}" is a duplicate, and all 10,000 placeholders "${placeholderPrefix(own, form)}0000@${form.initialDomain}" to 9999 are taken. Resolve other conflicts over this prefix first, or change the userPrincipalName.`,
  };
}
