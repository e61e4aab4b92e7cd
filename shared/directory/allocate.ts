/** Gives out the values that the objects of an export ask for, and quarantines what cannot be given. */
import { allocateNames } from './allocate-names.ts';
import { firstClaims, type Holders, holdersOf, isFree, isHeld, type Keeps, type Round } from './claims.ts';
import { type Intent, wishesOf } from './fold-export.ts';
import {
  awaitedValues,
  type DesiredAddress,
  desiredAddresses,
  type DirectoryObject,
  type QuarantinedValue,
  sameObject,
} from './objects.ts';
import type { Draft } from './operations.ts';
import type { PlaceholderForm } from './placeholder.ts';
import { refuseDuplicateOthers } from './refuse-duplicate-others.ts';
import type { OperationFailure } from './validation.ts';
import { upnKey, type ValueKey } from './values.ts';

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
    const isQuarantined = ({ key }: DesiredAddress): boolean =>
      !isHeld(key, intent) && !(claims.get(key) === intent && isFree(key, holders, keeps));
    const placeholder = placeholders.get(intent) ?? null;
    const quarantined = round.wanted(intent).filter(isQuarantined);
    after.set(intent.sourceAnchor, objectAfter(intent, { placeholder, quarantined, context }));
  }
  return after;
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
