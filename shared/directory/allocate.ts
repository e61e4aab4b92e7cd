/** Gives out the values that the objects of an export ask for, and quarantines what cannot be given. */
import { askedSince, type Intent } from './fold-export.ts';
import {
  awaitedValues,
  type DesiredAddress,
  desiredAddresses,
  type DirectoryObject,
  heldValues,
  type QuarantinedValue,
  sameObject,
} from './objects.ts';
import type { Draft } from './operations.ts';
import { choosePlaceholder, type PlaceholderForm, placeholderPrefix } from './placeholder.ts';
import { duplicateAddress, type OperationFailure } from './validation.ts';
import { isSmtp, proxyAddressKey, smtpKey, textOf, upnKey, type ValueKey } from './values.ts';

/** Who holds a value (a source anchor, or null while it is vacant), and how many objects wait for it. */
export type ValueState = { readonly holder: string | null; readonly waiting: number };

/** What a plan is made with besides the state. `random` gives 0 to below 1. */
export type PlanContext = {
  readonly placeholderForm: PlaceholderForm;
  readonly now: Date;
  readonly random: () => number;
  readonly newObjectId: () => string;
  /** Values that an earlier part of the same export gave up: they are free for this part, whoever waits. */
  readonly alreadyGivenUp?: ReadonlySet<ValueKey>;
  /** What the objects were before the export, where a part of it has already been written to them. */
  readonly originals?: ReadonlyMap<string, DirectoryObject | undefined>;
};

/** What becomes of each object (undefined: it is deleted), and the items that must fail instead, by their index. */
export type Allocation = {
  readonly after: ReadonlyMap<string, DirectoryObject | undefined>;
  readonly refused: ReadonlyMap<number, OperationFailure>;
};

type Intents = ReadonlyMap<string, Intent>;
type Values = ReadonlyMap<ValueKey, ValueState>;
type Claim = { readonly intent: Intent; readonly since: number };
type Claims = ReadonlyMap<ValueKey, Claim>;
type Wanted = (intent: Intent, draft: Draft) => readonly ValueKey[];
type Placeholders = ReadonlyMap<Intent, string>;

/** Gives out values in three stages: addresses that cannot be quarantined, then UPNs, then SMTP addresses. */
export function allocate(intents: Intents, values: Values, context: PlanContext): Allocation {
  const awaited = new Set<ValueKey>();
  for (const { before } of intents.values())
    if (before) for (const key of awaitedValues(before).keys()) awaited.add(key);
  const isVacant = (key: ValueKey): boolean => {
    const value = values.get(key);
    // A value that is not there is free, but for one that an object waits for: that was not in question.
    if (!value) return !awaited.has(key);
    return value.holder === null && (value.waiting === 0 || (context.alreadyGivenUp?.has(key) ?? false));
  };
  const holders = { intents, values, isVacant, held: heldByIntent() };

  const others = refuseDuplicateOthers(holders);
  if (others.size > 0) return { after: new Map(), refused: others };
  const { placeholders, refused } = allocateUserPrincipalNames(holders, context);
  if (refused.size > 0) return { after: new Map(), refused };
  return { after: allocateAddresses(holders, placeholders, context), refused };
}

type Holders = {
  readonly intents: Intents;
  readonly values: Values;
  readonly isVacant: (key: ValueKey) => boolean;
  /** The values that the object of an intent holds before the export and may keep: none where it is a new object. */
  readonly held: (intent: Intent) => ReadonlySet<ValueKey>;
};

const nothing: ReadonlySet<ValueKey> = new Set();

function heldByIntent(): Holders['held'] {
  const known = new Map<Intent, ReadonlySet<ValueKey>>();
  return (intent) => {
    if (!intent.before) return nothing;
    let held = known.get(intent);
    if (!held) known.set(intent, (held = heldValues(intent.before)));
    return held;
  };
}

/** Tells whether the object of an intent has a value already. */
function isHeld(key: ValueKey, intent: Intent, { held }: Holders): boolean {
  return intent.continues && held(intent).has(key);
}

/** Tells whether a value is free for this export: vacant, or given up by an object of the export. */
function isFree(
  key: ValueKey,
  { intents, values, isVacant, held }: Holders,
  keeps: (intent: Intent, key: ValueKey) => boolean,
): boolean {
  if (isVacant(key)) return true;
  const holder = intents.get(values.get(key)?.holder ?? '');
  return holder !== undefined && held(holder).has(key) && !(holder.continues && keeps(holder, key));
}

/** Visits each value that an object of the export asks for and does not hold. */
function forEachClaim(holders: Holders, wanted: Wanted, visit: (key: ValueKey, claim: Claim) => void): void {
  for (const intent of holders.intents.values()) {
    const { draft, asked } = intent;
    if (!draft || asked.length === 0) continue;
    for (const key of wanted(intent, draft)) {
      if (isHeld(key, intent, holders)) continue;
      visit(key, { intent, since: askedSince(intent, (earlier) => wanted(intent, earlier).includes(key)) });
    }
  }
}

/** Finds, for each value that is asked for, who asks for it first in the list. */
function firstClaims(holders: Holders, wanted: Wanted): Claims {
  const claims = new Map<ValueKey, Claim>();
  forEachClaim(holders, wanted, (key, claim) => {
    const first = claims.get(key);
    if (!first || claim.since < first.since) claims.set(key, claim);
  });
  return claims;
}

function otherAddresses(_: Intent, { exported }: Draft): readonly ValueKey[] {
  const { proxyAddresses } = exported;
  if (proxyAddresses.every(isSmtp)) return [];
  return [...new Set(proxyAddresses.filter((address) => !isSmtp(address)).map(proxyAddressKey))];
}

/**
 * Finds the operations that ask for an address of another type than SMTP that somebody else has.
 *
 * An operation that fails gives nothing up, which can make others fail: the caller plans again without it. Those that
 * only lose to another object of the export fail after all those that clash with what stands, and not while the
 * winner's own fate is open; the first loser in the list has a winner before it, whose fate is not.
 */
function refuseDuplicateOthers(holders: Holders): ReadonlyMap<number, OperationFailure> {
  const keeps = (intent: Intent, key: ValueKey): boolean =>
    intent.draft !== undefined && otherAddresses(intent, intent.draft).includes(key);
  const claims = firstClaims(holders, otherAddresses);
  const clashing = new Map<number, OperationFailure>();
  const lost: { readonly winner: Claim; readonly loser: Claim; readonly key: ValueKey }[] = [];
  if (claims.size === 0) return clashing;
  forEachClaim(holders, otherAddresses, (key, claim) => {
    const winner = claims.get(key) as Claim;
    if (!isFree(key, holders, keeps)) clashing.set(claim.since, duplicateOther(claim.intent, key, holders));
    else if (winner.intent !== claim.intent) lost.push({ winner, loser: claim, key });
  });
  if (clashing.size > 0) return clashing;

  const losing = new Set(lost.map(({ loser }) => loser.since));
  const decided = lost.filter(({ winner }) => !losing.has(winner.since));
  return new Map(
    decided.map(({ loser, winner, key }) => [loser.since, otherFailure(loser.intent, key, winner.intent.sourceAnchor)]),
  );
}

function duplicateOther(intent: Intent, key: ValueKey, { values }: Holders): OperationFailure {
  return otherFailure(intent, key, values.get(key)?.holder ?? null);
}

function otherFailure({ sourceAnchor, draft }: Intent, key: ValueKey, holder: string | null): OperationFailure {
  const address = draft?.exported.proxyAddresses.find((candidate) => proxyAddressKey(candidate) === key) ?? textOf(key);
  const name = holder === null ? null : `object "${holder}"`;
  return { ...duplicateAddress({ sourceAnchor, address }, name), clash: { address, holder } };
}

function wantedName(_: Intent, { exported }: Draft): readonly ValueKey[] {
  return exported.userPrincipalName === null ? [] : [upnKey(exported.userPrincipalName)];
}

/** Tells whether a user that stays quarantined goes on with the placeholder it has: its desired UPN is the same. */
function keptPlaceholder({ continues, before, draft }: Intent): string | null {
  const [desired, now] = [before?.exported.userPrincipalName, draft?.exported.userPrincipalName];
  return continues && before?.placeholder && desired && now && upnKey(desired) === upnKey(now)
    ? before.placeholder
    : null;
}

/**
 * Gives out the UPNs, and placeholders to those who do not get theirs.
 *
 * A user who gets its own gives up its placeholder, which another may have asked for: hence the repetition.
 */
function allocateUserPrincipalNames(
  holders: Holders,
  context: PlanContext,
): { placeholders: Placeholders; refused: ReadonlyMap<number, OperationFailure> } {
  const claims = firstClaims(holders, wantedName);
  const granted = new Set<Intent>();
  const hasOwn = (intent: Intent, own: string): boolean => granted.has(intent) || isHeld(upnKey(own), intent, holders);
  const keeps = (intent: Intent, key: ValueKey): boolean => {
    const own = intent.draft?.exported.userPrincipalName;
    if (!own) return false;
    if (upnKey(own) === key) return true;
    const placeholder = hasOwn(intent, own) ? null : keptPlaceholder(intent);
    return placeholder !== null && upnKey(placeholder) === key;
  };
  let sizeBefore: number;
  do {
    sizeBefore = granted.size;
    for (const [key, { intent }] of claims) {
      if (!granted.has(intent) && isFree(key, holders, keeps)) granted.add(intent);
    }
  } while (granted.size > sizeBefore);

  const placeholders = new Map<Intent, string>();
  const refused = new Map<number, OperationFailure>();
  const chosen = new Set<ValueKey>();
  const isAskedFor = askedForAsAddress(holders);
  const { placeholderForm, random } = context;
  for (const intent of holders.intents.values()) {
    const own = intent.draft?.exported.userPrincipalName ?? null;
    if (own === null || hasOwn(intent, own)) continue;
    const isTaken = (candidate: string): boolean => {
      const [key, address] = [upnKey(candidate), smtpKey(candidate)];
      const licensed = intent.draft?.exported.exchangeLicensed ?? false;
      return (
        chosen.has(key) ||
        claims.has(key) ||
        isOccupied(key, holders) ||
        (licensed && (isOccupied(address, holders) || isAskedFor(address)))
      );
    };
    const placeholder = keptPlaceholder(intent) ?? choosePlaceholder(own, placeholderForm, { isTaken, random });
    if (placeholder === null) {
      const since = askedSince(intent, (earlier) => wantedName(intent, earlier).includes(upnKey(own)));
      refused.set(since, noPlaceholder(intent, own, placeholderForm));
      continue;
    }
    chosen.add(upnKey(placeholder));
    placeholders.set(intent, placeholder);
  }
  return { placeholders, refused };
}

/** Tells whether the export asks for an address; looks only when it is first asked itself. */
function askedForAsAddress({ intents }: Holders): (key: ValueKey) => boolean {
  let asked: Set<ValueKey> | undefined;
  return (key) => {
    if (asked) return asked.has(key);
    asked = new Set();
    for (const { draft } of intents.values()) {
      if (draft) for (const address of desiredAddresses(draft.exported, null)) asked.add(address.key);
    }
    return asked.has(key);
  };
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

/** Gives out the SMTP addresses, and puts together what becomes of each object. */
function allocateAddresses(
  holders: Holders,
  placeholders: Placeholders,
  context: PlanContext,
): ReadonlyMap<string, DirectoryObject | undefined> {
  const addressesOf = (intent: Intent, { exported }: Draft): readonly DesiredAddress[] =>
    desiredAddresses(exported, placeholders.get(intent) ?? exported.userPrincipalName);
  const desired = new Map<Intent, readonly DesiredAddress[]>();
  for (const intent of holders.intents.values()) {
    if (intent.draft) desired.set(intent, addressesOf(intent, intent.draft));
  }
  const keeps = (intent: Intent, key: ValueKey): boolean =>
    desired.get(intent)?.some((address) => address.key === key) ?? false;
  const claims = firstClaims(holders, (intent, draft) =>
    (draft === intent.draft ? (desired.get(intent) ?? []) : addressesOf(intent, draft)).map(({ key }) => key),
  );

  const after = new Map<string, DirectoryObject | undefined>();
  for (const intent of holders.intents.values()) {
    const isQuarantined = ({ key }: DesiredAddress): boolean =>
      !isHeld(key, intent, holders) && !(claims.get(key)?.intent === intent && isFree(key, holders, keeps));
    const quarantined = (desired.get(intent) ?? []).filter(isQuarantined);
    after.set(
      intent.sourceAnchor,
      objectAfter(intent, { placeholder: placeholders.get(intent) ?? null, quarantined, context }),
    );
  }
  return after;
}

type Outcome = {
  readonly placeholder: string | null;
  readonly quarantined: readonly DesiredAddress[];
  readonly context: PlanContext;
};

function objectAfter(intent: Intent, { placeholder, quarantined, context }: Outcome): DirectoryObject | undefined {
  const { sourceAnchor, before, draft, continues } = intent;
  if (!draft) return undefined;
  const object: DirectoryObject = {
    sourceAnchor,
    objectId: before && continues ? before.objectId : context.newObjectId(),
    objectType: draft.objectType,
    exported: draft.exported,
    placeholder,
    quarantined: quarantineOf(intent, { placeholder, quarantined, context }),
  };
  return before && sameObject(before, object) ? before : object;
}

/** Writes down what is kept from an object: since now, or since it began. */
function quarantineOf(
  { before, draft, continues }: Intent,
  { placeholder, quarantined, context }: Outcome,
): readonly QuarantinedValue[] {
  const own = placeholder === null ? null : (draft?.exported.userPrincipalName ?? null);
  if (own === null && quarantined.length === 0) return [];
  const standing = before && continues ? awaitedValues(before) : undefined;
  const now = context.now.toISOString();
  const entries = quarantined.map(({ key, address }): QuarantinedValue => {
    const whenStarted = standing?.get(key)?.whenStarted ?? now;
    return { propertyName: 'ProxyAddresses', propertyValue: address, whenStarted };
  });
  if (own === null) return entries;
  const whenStarted = standing?.get(upnKey(own))?.whenStarted ?? now;
  return [{ propertyName: 'UserPrincipalName', propertyValue: own, whenStarted }, ...entries];
}
