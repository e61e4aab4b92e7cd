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
import type { OperationFailure } from './validation.ts';
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
type Claims = ReadonlyMap<ValueKey, readonly Claim[]>;
type UserPrincipalName = { readonly inForce: string | null; readonly placeholder: string | null };

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
  const { names, refused } = allocateUserPrincipalNames(holders, context);
  if (refused.size > 0) return { after: new Map(), refused };
  return { after: allocateAddresses(holders, names, context), refused };
}

type Holders = {
  readonly intents: Intents;
  readonly values: Values;
  readonly isVacant: (key: ValueKey) => boolean;
  /** The values that the object of an intent holds before the export and may keep. */
  readonly held: (intent: Intent) => ReadonlySet<ValueKey>;
};

const nothing: ReadonlySet<ValueKey> = new Set();

function heldByIntent(): (intent: Intent) => ReadonlySet<ValueKey> {
  const known = new Map<Intent, ReadonlySet<ValueKey>>();
  return (intent) => {
    let held = known.get(intent);
    if (!held) known.set(intent, (held = intent.before ? heldValues(intent.before) : nothing));
    return held;
  };
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

/** Collects who asks for which values that they do not hold, the first in the list first. */
function collectClaims(
  { intents, held }: Holders,
  wanted: (intent: Intent, draft: Draft) => readonly ValueKey[],
): Claims {
  const claims = new Map<ValueKey, Claim[]>();
  for (const intent of intents.values()) {
    const { draft, asked } = intent;
    if (!draft || asked.length === 0) continue;
    for (const key of wanted(intent, draft)) {
      if (intent.continues && held(intent).has(key)) continue;
      const claim = { intent, since: askedSince(intent, (earlier) => wanted(intent, earlier).includes(key)) };
      const others = claims.get(key);
      if (others) others.push(claim);
      else claims.set(key, [claim]);
    }
  }
  for (const claimants of claims.values()) {
    if (claimants.length > 1) claimants.sort((left, right) => left.since - right.since);
  }
  return claims;
}

function otherAddresses({ exported }: Draft): readonly string[] {
  return exported.proxyAddresses.filter((address) => !isSmtp(address));
}

/**
 * Finds the operations that ask for an address of another type than SMTP that somebody else has.
 *
 * An operation that fails gives nothing up, which can make others fail: the caller plans again without it. Those that
 * only lose to another object of the export fail after all those that clash with what stands, and not while the
 * winner's own fate is open; the first loser in the list has a winner before it, whose fate is not.
 */
function refuseDuplicateOthers(holders: Holders): ReadonlyMap<number, OperationFailure> {
  const wanted = (_: Intent, draft: Draft): readonly ValueKey[] => [
    ...new Set(otherAddresses(draft).map(proxyAddressKey)),
  ];
  const keeps = ({ draft }: Intent, key: ValueKey): boolean =>
    draft !== undefined && otherAddresses(draft).some((address) => proxyAddressKey(address) === key);
  const claims = collectClaims(holders, wanted);

  const clashing = new Map<number, OperationFailure>();
  const lost: { readonly winner: Claim; readonly loser: Claim; readonly key: ValueKey }[] = [];
  for (const [key, claimants] of claims) {
    const [winner, ...losers] = claimants as [Claim, ...Claim[]];
    if (isFree(key, holders, keeps)) lost.push(...losers.map((loser) => ({ winner, loser, key })));
    else for (const { intent, since } of claimants) clashing.set(since, duplicateOther(intent, key, holders));
  }
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

function otherFailure({ sourceAnchor }: Intent, key: ValueKey, holder: string | null): OperationFailure {
  const who = holder === null ? 'other objects wait for it' : `object "${holder}" has it`;
  return {
    code: 'AttributeValueMustBeUnique',
    message: `Cannot write object "${sourceAnchor}": its proxy address "${textOf(key)}" must be unique, and ${who}. Addresses of this type are not quarantined: remove it from one of the two in its on-premises directory.`,
  };
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
): { names: ReadonlyMap<Intent, UserPrincipalName>; refused: ReadonlyMap<number, OperationFailure> } {
  const claims = collectClaims(holders, wantedName);
  const granted = new Map<ValueKey, Intent>();
  const hasOwn = (intent: Intent, own: ValueKey): boolean =>
    granted.get(own) === intent || (intent.continues && holders.held(intent).has(own));
  const keeps = (intent: Intent, key: ValueKey): boolean => {
    const own = intent.draft && wantedName(intent, intent.draft)[0];
    if (!own) return false;
    if (own === key) return true;
    const placeholder = hasOwn(intent, own) ? null : keptPlaceholder(intent);
    return placeholder !== null && upnKey(placeholder) === key;
  };
  let sizeBefore: number;
  do {
    sizeBefore = granted.size;
    for (const [key, claimants] of claims) {
      if (!granted.has(key) && isFree(key, holders, keeps)) granted.set(key, (claimants[0] as Claim).intent);
    }
  } while (granted.size > sizeBefore);

  const names = new Map<Intent, UserPrincipalName>();
  const refused = new Map<number, OperationFailure>();
  const chosen = new Set<ValueKey>();
  const isAskedFor = askedForAsAddress(holders);
  for (const intent of holders.intents.values()) {
    const own = intent.draft?.exported.userPrincipalName ?? null;
    if (own === null || hasOwn(intent, upnKey(own))) {
      names.set(intent, { inForce: own, placeholder: null });
      continue;
    }
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
    const { placeholderForm, random } = context;
    const placeholder = keptPlaceholder(intent) ?? choosePlaceholder(own, placeholderForm, { isTaken, random });
    if (placeholder === null) {
      refused.set(claimSince(claims, intent, upnKey(own)), noPlaceholder(intent, own, placeholderForm));
      continue;
    }
    chosen.add(upnKey(placeholder));
    names.set(intent, { inForce: placeholder, placeholder });
  }
  return { names, refused };
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

function claimSince(claims: Claims, intent: Intent, key: ValueKey): number {
  return (claims.get(key)?.find((claim) => claim.intent === intent) as Claim).since;
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
  names: ReadonlyMap<Intent, UserPrincipalName>,
  context: PlanContext,
): ReadonlyMap<string, DirectoryObject | undefined> {
  const desired = new Map<Intent, readonly DesiredAddress[]>();
  for (const intent of holders.intents.values()) {
    const { draft } = intent;
    if (draft) desired.set(intent, desiredAddresses(draft.exported, names.get(intent)?.inForce ?? null));
  }
  const keeps = (intent: Intent, key: ValueKey): boolean =>
    desired.get(intent)?.some((address) => address.key === key) ?? false;
  const claims = collectClaims(holders, (intent, draft) =>
    (draft === intent.draft
      ? (desired.get(intent) ?? [])
      : desiredAddresses(draft.exported, names.get(intent)?.inForce ?? null)
    ).map(({ key }) => key),
  );
  const granted = new Map<ValueKey, Intent>();
  for (const [key, claimants] of claims) {
    if (isFree(key, holders, keeps)) granted.set(key, (claimants[0] as Claim).intent);
  }

  const after = new Map<string, DirectoryObject | undefined>();
  for (const intent of holders.intents.values()) {
    const isQuarantined = ({ key }: DesiredAddress): boolean =>
      granted.get(key) !== intent && !(intent.continues && holders.held(intent).has(key));
    const left = (desired.get(intent) ?? []).filter(isQuarantined);
    after.set(intent.sourceAnchor, objectAfter(intent, { name: names.get(intent), left, context }));
  }
  return after;
}

function objectAfter(
  { sourceAnchor, before, draft, continues }: Intent,
  {
    name,
    left,
    context,
  }: { name: UserPrincipalName | undefined; left: readonly DesiredAddress[]; context: PlanContext },
): DirectoryObject | undefined {
  if (!draft) return undefined;
  const standing = before && continues ? awaitedValues(before) : new Map<ValueKey, QuarantinedValue>();
  const now = context.now.toISOString();
  const quarantined: QuarantinedValue[] = [];
  const own = draft.exported.userPrincipalName;
  if (name?.placeholder && own !== null) {
    const whenStarted = standing.get(upnKey(own))?.whenStarted ?? now;
    quarantined.push({ propertyName: 'UserPrincipalName', propertyValue: own, whenStarted });
  }
  for (const { key, address } of left) {
    const whenStarted = standing.get(key)?.whenStarted ?? now;
    quarantined.push({ propertyName: 'ProxyAddresses', propertyValue: address, whenStarted });
  }
  const object: DirectoryObject = {
    sourceAnchor,
    objectId: before && continues ? before.objectId : context.newObjectId(),
    objectType: draft.objectType,
    exported: draft.exported,
    placeholder: name?.placeholder ?? null,
    quarantined,
  };
  return before && sameObject(before, object) ? before : object;
}
