/** Allocates the values that the objects of an export desire, and quarantines those that are not available. */
import {
  type DesiredAddress,
  desiredAddresses,
  type DirectoryObject,
  isAddressOfPlaceholder,
  type QuarantinedValue,
  quarantinedValues,
  sameObject,
  type Wait,
  waitOf,
} from '../objects.ts';
import type { DesiredObject } from '../operation.ts';
import type { PlaceholderForm } from '../placeholder.ts';
import type { OperationFailure } from '../operation-failure.ts';
import { spaceOf, upnKey, type ValueKey } from '../values.ts';
import { allocateUserPrincipalNames, userPrincipalNameRound } from './allocate-user-principal-names.ts';
import { desiredBy, type Intent } from './fold-export.ts';
import {
  desiredSince,
  firstDesiring,
  type Holders,
  holdersOf,
  isAvailable,
  isHeld,
  type Round,
  type StillDesires,
} from './holders.ts';
import { refuseDuplicateAddresses } from './refuse-duplicate-addresses.ts';

/** What a plan depends on besides the directory. `random` returns 0 to below 1. */
export type PlanContext = {
  readonly placeholderForm: PlaceholderForm;
  readonly now: Date;
  readonly random: () => number;
  readonly newObjectId: () => string;
  /** Values that an earlier part of the same export vacated: they are vacant for this part, even if others wait. */
  readonly alreadyVacated?: ReadonlySet<ValueKey>;
  /** The objects before the export; a part of them has already been written. */
  readonly originals?: ReadonlyMap<string, DirectoryObject | undefined>;
};

/** Each object after the export (undefined: deleted), and the items that must fail instead, by their index. */
export type Allocation = {
  readonly after: ReadonlyMap<string, DirectoryObject | undefined>;
  readonly refused: ReadonlyMap<number, OperationFailure>;
};

/** Allocates values in three rounds: addresses that cannot be quarantined, then UPNs, then SMTP addresses. */
export function allocate(intents: Holders['intents'], values: Holders['values'], context: PlanContext): Allocation {
  const holders = holdersOf(intents, values, context.alreadyVacated);
  const duplicates = refuseDuplicateAddresses(holders);
  if (duplicates.size > 0) return { after: new Map(), refused: duplicates };
  const { placeholders, refused } = allocateUserPrincipalNames(holders, context);
  if (refused.size > 0) return { after: new Map(), refused };
  return { after: allocateAddresses(holders, placeholders, context), refused };
}

/** Allocates the SMTP addresses, and returns each object after the export. */
function allocateAddresses(
  holders: Holders,
  placeholders: ReadonlyMap<Intent, string>,
  context: PlanContext,
): Allocation['after'] {
  const round = addressRound(placeholders);
  const stillDesires: StillDesires = (intent, key) => round.desired(intent).some((desired) => desired.key === key);
  const firsts = firstDesiring(holders, round);
  const after = new Map<string, DirectoryObject | undefined>();
  for (const intent of holders.intents.values()) {
    const placeholder = placeholders.get(intent) ?? null;
    const isQuarantined = ({ key }: DesiredAddress): boolean =>
      !isHeld(key, intent) &&
      !isOfPlaceholder(key, placeholder, intent) &&
      !(firsts.get(key) === intent && isAvailable(key, holders, stillDesires));
    const quarantined = round.desired(intent).filter(isQuarantined);
    const placeOf = (key: ValueKey): number =>
      desiredSince(key, intent, spaceOf(key) === 'upn' ? userPrincipalNameRound : round);
    after.set(intent.sourceAnchor, objectAfter(intent, { placeholder, quarantined, placeOf, context }));
  }
  return after;
}

/**
 * Reports whether a licensed user has an address only by its placeholder, which was chosen so that its address is
 * available. Only rows of an earlier version let a user wait for it. Behaviour 4.7.
 */
function isOfPlaceholder(key: ValueKey, placeholder: string | null, { before, desired, continues }: Intent): boolean {
  if (!desired || !isAddressOfPlaceholder({ ...desired, placeholder }, key)) return false;
  return !(before && continues && quarantinedValues(before).has(key));
}

/** The round of the SMTP addresses. A licensed user desires the address of its placeholder instead of its own UPN. */
function addressRound(placeholders: ReadonlyMap<Intent, string>): Round {
  const desiredAt = ({ exported }: DesiredObject, intent: Intent): readonly DesiredAddress[] =>
    desiredAddresses(exported, placeholders.get(intent) ?? exported.userPrincipalName);
  const onPlaceholder = new Map<Intent, readonly DesiredAddress[]>();
  for (const intent of placeholders.keys()) {
    if (intent.desired?.exported.exchangeLicensed) onPlaceholder.set(intent, desiredAt(intent.desired, intent));
  }
  return { desired: (intent) => onPlaceholder.get(intent) ?? desiredBy(intent).addresses, desiredAt };
}

type Outcome = {
  readonly placeholder: string | null;
  readonly quarantined: readonly DesiredAddress[];
  /** Returns the index of the operation since which the object has desired a value. */
  readonly placeOf: (key: ValueKey) => number;
  readonly context: PlanContext;
};

function objectAfter(intent: Intent, outcome: Outcome): DirectoryObject | undefined {
  const { sourceAnchor, before, desired, continues } = intent;
  if (!desired) return undefined;
  const object: DirectoryObject = {
    sourceAnchor,
    objectId: before && continues ? before.objectId : outcome.context.newObjectId(),
    objectType: desired.objectType,
    exported: desired.exported,
    placeholder: outcome.placeholder,
    quarantined: quarantineOf(intent, outcome),
  };
  return before && sameObject(before, object) ? before : object;
}

/** Returns the quarantined values of an object. A value that was quarantined before keeps its start and place. */
function quarantineOf(
  { before, desired, continues }: Intent,
  { placeholder, quarantined, placeOf, context }: Outcome,
): readonly QuarantinedValue[] {
  const userPrincipalName = placeholder === null ? null : (desired?.exported.userPrincipalName ?? null);
  if (userPrincipalName === null && quarantined.length === 0) return [];
  const earlier = before && continues ? quarantinedValues(before) : undefined;
  const now = context.now.toISOString();
  const since = (key: ValueKey): Wait => {
    const began = earlier?.get(key);
    return began ? waitOf(began) : { whenStarted: now, place: placeOf(key) };
  };
  const addresses = quarantined.map(({ key, address }): QuarantinedValue => {
    return { propertyName: 'ProxyAddresses', propertyValue: address, ...since(key) };
  });
  if (userPrincipalName === null) return addresses;
  const ofName = since(upnKey(userPrincipalName));
  return [{ propertyName: 'UserPrincipalName', propertyValue: userPrincipalName, ...ofName }, ...addresses];
}
