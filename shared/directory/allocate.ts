/** Gives out the values that the objects of an export ask for, and quarantines what cannot be given. */
import { allocateNames, nameRound } from './allocate-names.ts';
import {
  claimedSince,
  firstClaims,
  type Holders,
  holdersOf,
  isFree,
  isHeld,
  type Keeps,
  type Round,
} from './claims.ts';
import { type Intent, wishesOf } from './fold-export.ts';
import {
  awaitedValues,
  type DesiredAddress,
  desiredAddresses,
  type DirectoryObject,
  type QuarantinedValue,
  isAddressOfPlaceholder,
  sameObject,
  type Wait,
  waitOf,
} from './objects.ts';
import type { Draft } from './operations.ts';
import type { PlaceholderForm } from './placeholder.ts';
import { refuseDuplicateOthers } from './refuse-duplicate-others.ts';
import type { OperationFailure } from './validation.ts';
import { spaceOf, upnKey, type ValueKey } from './values.ts';

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

/** Gives out values in three rounds: addresses that cannot be quarantined, then UPNs, then SMTP addresses. */
export function allocate(intents: Holders['intents'], values: Holders['values'], context: PlanContext): Allocation {
  const holders = holdersOf(intents, values, context.alreadyGivenUp);
  const others = refuseDuplicateOthers(holders);
  if (others.size > 0) return { after: new Map(), refused: others };
  const { placeholders, refused } = allocateNames(holders, context);
  if (refused.size > 0) return { after: new Map(), refused };
  return { after: allocateAddresses(holders, placeholders, context), refused };
}

/** Gives out the SMTP addresses, and puts together what becomes of each object. */
function allocateAddresses(
  holders: Holders,
  placeholders: ReadonlyMap<Intent, string>,
  context: PlanContext,
): Allocation['after'] {
  const round = addressRound(placeholders);
  const keeps: Keeps = (intent, key) => round.wanted(intent).some((wish) => wish.key === key);
  const claims = firstClaims(holders, round);
  const after = new Map<string, DirectoryObject | undefined>();
  for (const intent of holders.intents.values()) {
    const placeholder = placeholders.get(intent) ?? null;
    const isQuarantined = ({ key }: DesiredAddress): boolean =>
      !isHeld(key, intent) &&
      !isOfPlaceholder(key, placeholder, intent) &&
      !(claims.get(key) === intent && isFree(key, holders, keeps));
    const quarantined = round.wanted(intent).filter(isQuarantined);
    const placeOf = (key: ValueKey): number => claimedSince(key, intent, spaceOf(key) === 'upn' ? nameRound : round);
    after.set(intent.sourceAnchor, objectAfter(intent, { placeholder, quarantined, placeOf, context }));
  }
  return after;
}

/**
 * Reports whether a licensed user has an address only by its placeholder, which was chosen so that the address can be
 * had. Only rows of an earlier version let a user wait for it. Behaviour 4.7.
 */
function isOfPlaceholder(key: ValueKey, placeholder: string | null, { before, draft, continues }: Intent): boolean {
  if (!draft || !isAddressOfPlaceholder({ ...draft, placeholder }, key)) return false;
  return !(before && continues && awaitedValues(before).has(key));
}

/** The round of the addresses: a licensed user on a placeholder asks for that instead of its own UPN. */
function addressRound(placeholders: ReadonlyMap<Intent, string>): Round {
  const wantedBy = ({ exported }: Draft, intent: Intent): readonly DesiredAddress[] =>
    desiredAddresses(exported, placeholders.get(intent) ?? exported.userPrincipalName);
  const onPlaceholder = new Map<Intent, readonly DesiredAddress[]>();
  for (const intent of placeholders.keys()) {
    if (intent.draft?.exported.exchangeLicensed) onPlaceholder.set(intent, wantedBy(intent.draft, intent));
  }
  return { wanted: (intent) => onPlaceholder.get(intent) ?? wishesOf(intent).addresses, wantedBy };
}

type Outcome = {
  readonly placeholder: string | null;
  readonly quarantined: readonly DesiredAddress[];
  /** Returns the index of the operation since which the object desires a value. */
  readonly placeOf: (key: ValueKey) => number;
  readonly context: PlanContext;
};

function objectAfter(intent: Intent, outcome: Outcome): DirectoryObject | undefined {
  const { sourceAnchor, before, draft, continues } = intent;
  if (!draft) return undefined;
  const object: DirectoryObject = {
    sourceAnchor,
    objectId: before && continues ? before.objectId : outcome.context.newObjectId(),
    objectType: draft.objectType,
    exported: draft.exported,
    placeholder: outcome.placeholder,
    quarantined: quarantineOf(intent, outcome),
  };
  return before && sameObject(before, object) ? before : object;
}

/** Returns the quarantined values of an object: each since now, or since it began. */
function quarantineOf(
  { before, draft, continues }: Intent,
  { placeholder, quarantined, placeOf, context }: Outcome,
): readonly QuarantinedValue[] {
  const own = placeholder === null ? null : (draft?.exported.userPrincipalName ?? null);
  if (own === null && quarantined.length === 0) return [];
  const standing = before && continues ? awaitedValues(before) : undefined;
  const now = context.now.toISOString();
  const since = (key: ValueKey): Wait => {
    const began = standing?.get(key);
    return began ? waitOf(began) : { whenStarted: now, place: placeOf(key) };
  };
  const entries = quarantined.map(({ key, address }): QuarantinedValue => {
    return { propertyName: 'ProxyAddresses', propertyValue: address, ...since(key) };
  });
  if (own === null) return entries;
  return [{ propertyName: 'UserPrincipalName', propertyValue: own, ...since(upnKey(own)) }, ...entries];
}
