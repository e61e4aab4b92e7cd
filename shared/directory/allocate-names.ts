/** Gives out the UPNs that the users of an export desire, and placeholders to those whose own is quarantined. */
import { claimedSince, firstClaims, type Holders, isFree, isHeld, type Keeps, type Round } from './claims.ts';
import { askedSince, type Intent, wishesOf, wishesOfDraft } from './fold-export.ts';
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

/** The round of the UPNs. */
export const nameRound: Round = {
  wanted: (intent) => wishesOf(intent).names,
  wantedBy: (draft) => wishesOfDraft(draft).names,
};

/** A placeholder keeps nobody from the value: the service invented it. Behaviour 4.7. */
const keeps: Keeps = (intent, key) => wishesOf(intent).names[0]?.key === key;

/** What placeholders are chosen with. */
type Choice = {
  readonly holders: Holders;
  readonly claims: ReadonlyMap<ValueKey, Intent>;
  readonly desiringAddress: (key: ValueKey) => readonly Intent[];
  readonly form: PlaceholderForm;
  readonly random: () => number;
};

/** Gives out the UPNs. `random` returns 0 to below 1. */
export function allocateNames(
  holders: Holders,
  { placeholderForm: form, random }: { readonly placeholderForm: PlaceholderForm; readonly random: () => number },
): AllocatedNames {
  const claims = firstClaims(holders, nameRound);
  const granted = new Set([...claims.keys()].filter((key) => isFree(key, holders, keeps)));
  const hasOwn = (intent: Intent, key: ValueKey): boolean =>
    (granted.has(key) && claims.get(key) === intent) || isHeld(key, intent);

  const placeholders = new Map<Intent, string>();
  const refused = new Map<number, OperationFailure>();
  const chosen = new Set<ValueKey>();
  const choice: Choice = { holders, claims, desiringAddress: addressIndex(holders), form, random };
  for (const intent of holders.intents.values()) {
    const own = wishesOf(intent).names[0];
    if (!own || hasOwn(intent, own.key)) continue;
    const present = presentPlaceholder(intent);
    const placeholder =
      present !== null && isKept(present, intent, choice) ? present : choose(own.address, intent, { choice, chosen });
    if (placeholder === null) {
      const failing = failingFor(present, intent, choice);
      if (failing) refused.set(failing.index, noneLeft(own.address, failing, { intent, present, form }));
      // Nothing in the export can fail for it: the user goes on with the placeholder that it has.
      else if (present !== null) placeholders.set(intent, present);
      continue;
    }
    chosen.add(upnKey(placeholder));
    placeholders.set(intent, placeholder);
  }
  return { placeholders, refused };
}

/** Returns the placeholder of a user that goes on with the same desired UPN; null if it has none to go on with. */
function presentPlaceholder({ continues, before, draft }: Intent): string | null {
  const [desired, now] = [before?.exported.userPrincipalName, draft?.exported.userPrincipalName];
  return continues && before?.placeholder && desired && now && upnKey(desired) === upnKey(now)
    ? before.placeholder
    : null;
}

/**
 * Reports whether a user keeps its placeholder: no object of the export desires it, and if the user is licensed, it has
 * the address of the placeholder too, or can get it. Behaviour 4.7.
 */
function isKept(placeholder: string, intent: Intent, { holders, claims, desiringAddress }: Choice): boolean {
  if (claims.has(upnKey(placeholder))) return false;
  if (!isLicensed(intent)) return true;
  const address = smtpKey(placeholder);
  const desiring = desiringAddress(address);
  if (desiring.includes(intent) && isHeld(address, intent)) return true;
  if (desiring.some((other) => other !== intent)) return false;
  return isHeld(address, intent) || isFree(address, holders, () => false);
}

/** Chooses a placeholder that no object holds, waits for or desires in this export; null if none is left. */
function choose(
  own: string,
  intent: Intent,
  { choice, chosen }: { readonly choice: Choice; readonly chosen: ReadonlySet<ValueKey> },
): string | null {
  const { holders, claims, desiringAddress, form, random } = choice;
  const isTaken = (candidate: string): boolean => {
    const [key, address] = [upnKey(candidate), smtpKey(candidate)];
    return (
      chosen.has(key) ||
      claims.has(key) ||
      isOccupied(key, holders) ||
      (isLicensed(intent) && (isOccupied(address, holders) || desiringAddress(address).length > 0))
    );
  };
  return choosePlaceholder(own, form, { isTaken, random });
}

function isLicensed({ draft }: Intent): boolean {
  return draft?.exported.exchangeLicensed === true;
}

/** Returns who of the export desires an address by `proxyAddresses` or `mail`; looks only when it is first called. */
function addressIndex({ intents }: Holders): (key: ValueKey) => readonly Intent[] {
  let desiring: Map<ValueKey, Intent[]> | undefined;
  const build = (): Map<ValueKey, Intent[]> => {
    const index = new Map<ValueKey, Intent[]>();
    for (const intent of intents.values()) {
      if (!intent.draft) continue;
      for (const { key } of desiredAddresses(intent.draft.exported, null)) {
        const others = index.get(key);
        if (others) others.push(intent);
        else index.set(key, [intent]);
      }
    }
    return index;
  };
  return (key) => (desiring ??= build()).get(key) ?? [];
}

function isOccupied(key: ValueKey, { values }: Holders): boolean {
  const value = values.get(key);
  return value !== undefined && (value.holder !== null || value.waiting > 0);
}

/** An operation that must fail because a user finds no placeholder, and its object. */
type Failing = { readonly index: number; readonly sourceAnchor: string };

/**
 * Returns the operation that must fail if a user finds no placeholder: the user's own, or if the export has none for the
 * user, the one that desires the placeholder which the user has.
 */
function failingFor(present: string | null, intent: Intent, choice: Choice): Failing | undefined {
  const own = wishesOf(intent).names[0]?.key as ValueKey;
  if (intent.asked.length > 0)
    return { index: claimedSince(own, intent, nameRound), sourceAnchor: intent.sourceAnchor };
  if (present === null) return undefined;
  const claimant = choice.claims.get(upnKey(present));
  if (claimant) {
    return { index: claimedSince(upnKey(present), claimant, nameRound), sourceAnchor: claimant.sourceAnchor };
  }
  const address = smtpKey(present);
  const other = choice.desiringAddress(address).find(({ asked }) => asked.length > 0);
  const desires = ({ exported }: Draft): boolean => desiredAddresses(exported, null).some(({ key }) => key === address);
  return other && { index: askedSince(other, desires), sourceAnchor: other.sourceAnchor };
}

function noneLeft(
  own: string,
  { sourceAnchor }: Failing,
  { intent, present, form }: { intent: Intent; present: string | null; form: PlaceholderForm },
): OperationFailure {
  const why =
    sourceAnchor === intent.sourceAnchor
      ? `its userPrincipalName "${own}" is a duplicate, and all 10,000 placeholders`
      : `it desires "${present}", which is the placeholder of object "${intent.sourceAnchor}", and all 10,000 placeholders`;
  return {
    code: 'AttributeValueMustBeUnique',
    message: `Cannot write object "${sourceAnchor}": ${why} "${placeholderPrefix(own, form)}0000@${form.initialDomain}" to 9999 are taken. Resolve other conflicts over this prefix first, or change the value.`,
  };
}
