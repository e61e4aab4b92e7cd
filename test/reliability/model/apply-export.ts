import { allowedFailures } from './duplicates.ts';
import { finalDrafts, fold, type Draft, type Folded, type WireOperation } from './fold.ts';
import {
  heldBy,
  holderOf,
  type ModelObject,
  realWishesOf,
  type Tenant,
  waitersOf,
  type Wait,
  wishesOf,
} from './tenant.ts';
import { Unexplained } from './unexplained.ts';
import { addressValue, upnValue, type Value } from './values.ts';

/** What only the answer can tell: which operations met a duplicate that fails them, and the random parts. */
export type Told = {
  readonly failedOnDuplicate: ReadonlySet<number>;
  readonly now: string;
  readonly objectIdOf: (sourceAnchor: string) => string;
  readonly placeholderOf: (sourceAnchor: string) => string;
};

/** An export done: the operations one by one, the tenant after it, and by which operation an object desires a value. */
export type Exportation = {
  readonly operations: readonly WireOperation[];
  readonly folded: readonly Folded[];
  readonly drafts: ReadonlyMap<string, Draft>;
  readonly tenant: Tenant;
  readonly askedAt: (object: ModelObject, value: Value) => number | undefined;
};

/** Applies an export to a tenant: section 4 of the specification. */
export function applyExport(tenant: Tenant, operations: readonly WireOperation[], told: Told): Exportation {
  const { failedOnDuplicate } = told;
  if (!allowedFailures(tenant, operations).some((allowed) => isSame(allowed, failedOnDuplicate)))
    throw new Unexplained(`Nothing explains that operations ${[...failedOnDuplicate].join()} failed on duplicates.`);
  const folded = fold(tenant, operations, failedOnDuplicate);
  const drafts = finalDrafts(tenant, operations, folded);

  // Who gets a UPN decides who has a placeholder; a placeholder is a UPN, and the address of a licensed user.
  let objects = new Map(
    [...drafts].map(([anchor, draft]) => [anchor, wanted(tenant, { anchor, draft, told })] as const),
  );
  for (const space of ['upn', 'smtp']) {
    const all = [...objects.values()];
    const settled = all.map((object) => withPlaceholder(settle(object, space, all), all));
    objects = new Map(settled.map((object) => [object.sourceAnchor, object]));
  }
  const after = { ...tenant, objects };
  checkPlaceholders(tenant, after);
  return { operations, folded, drafts, tenant: after, askedAt };

  function settle(object: ModelObject, space: string, all: readonly ModelObject[]): ModelObject {
    const waits = new Map([...object.waits].filter(([value]) => !value.startsWith(space)));
    for (const { value } of wishesOf(object)) {
      if (!value.startsWith(space) || whoGets(value, all) === object.sourceAnchor) continue;
      const since: Wait = { since: told.now, place: askedAt(object, value) ?? -1 };
      waits.set(value, formerSelf(tenant, object)?.waits.get(value) ?? since);
    }
    return { ...object, waits };
  }

  /** The one object that has a value after the export: rules 1 to 4. */
  function whoGets(value: Value, all: readonly ModelObject[]): string | null {
    const wishing = all.filter((object) => wishesOf(object).some((wish) => wish.value === value));
    // A name that the service invented keeps the value from no object, and its address comes with it.
    const claimants = wishing.filter((object) => realWishesOf(object).includes(value));
    if (claimants.length === 0) return wishing[0]?.sourceAnchor ?? null;
    const holder = holderOf(tenant, value);
    const keeper = claimants.find((object) => holder && formerSelf(tenant, object) === holder);
    if (keeper) return keeper.sourceAnchor;
    const waiting = waitersOf(tenant, value).some((waiter) =>
      claimants.some((object) => formerSelf(tenant, object) === waiter),
    );
    if (!holder && waiting) return null;
    const asking = claimants
      .map(({ sourceAnchor, ...object }) => ({ sourceAnchor, at: askedAt({ sourceAnchor, ...object }, value) }))
      .filter(({ at }) => at !== undefined);
    return asking.sort((one, other) => Number(one.at) - Number(other.at))[0]?.sourceAnchor ?? null;
  }

  /** A user who waits for a UPN has a placeholder, and keeps it while it waits for the same one and can have it. */
  function withPlaceholder(object: ModelObject, all: readonly ModelObject[]): ModelObject {
    const { userPrincipalName } = object.exported;
    if (userPrincipalName === null || !object.waits.has(upnValue(userPrincipalName)))
      return { ...object, placeholder: null };
    const before = formerSelf(tenant, object);
    const isSameName = upnValue(before?.exported.userPrincipalName ?? '') === upnValue(userPrincipalName);
    const present = isSameName ? (before?.placeholder ?? null) : null;
    const isKept = present !== null && !isTaken(present, object, all);
    return { ...object, placeholder: isKept ? present : told.placeholderOf(object.sourceAnchor) };
  }

  /** Whether a placeholder is desired by another object, or its address is, and the user is licensed. */
  function isTaken(placeholder: string, object: ModelObject, all: readonly ModelObject[]): boolean {
    const others = all.filter((other) => other.sourceAnchor !== object.sourceAnchor);
    const asked = (value: Value): boolean => others.some((other) => named(other).includes(value));
    if (asked(upnValue(placeholder))) return true;
    const address = addressValue(`smtp:${placeholder}`);
    const before = formerSelf(tenant, object);
    const isOwn = named(object).includes(address) && before !== undefined && heldBy(before).includes(address);
    return object.exported.exchangeLicensed && !isOwn && asked(address);
  }

  /** What an object names: its UPN and addresses, without those that follow from a licence. */
  function named({ exported, ...object }: ModelObject): readonly Value[] {
    return realWishesOf({ ...object, exported: { ...exported, exchangeLicensed: false } });
  }

  /** The operation of this export since which an object desires a value without a break, if it asks in this export. */
  function askedAt(object: ModelObject, value: Value): number | undefined {
    let since: number | undefined;
    for (const [index, { after, failure }] of folded.entries()) {
      if (operations[index]?.sourceAnchor !== object.sourceAnchor || failure !== null) continue;
      const isOwn = after?.bornAt === (drafts.get(object.sourceAnchor) as Draft).bornAt;
      const asks =
        isOwn && wishesOf({ ...after, placeholder: object.placeholder }).some((wish) => wish.value === value);
      since = asks ? (since ?? index) : undefined;
    }
    return since;
  }
}

/** An object in its desired state: all it waits for is what it waited for before. */
function wanted(tenant: Tenant, { anchor, draft, told }: { anchor: string; draft: Draft; told: Told }): ModelObject {
  const { objectType, exported, bornAt } = draft;
  const before = bornAt < 0 ? tenant.objects.get(anchor) : undefined;
  const objectId = before?.objectId ?? told.objectIdOf(anchor);
  const waits = before?.waits ?? new Map<Value, Wait>();
  return { sourceAnchor: anchor, objectId, objectType, exported, placeholder: null, waits };
}

/** The same object before the export; none for a new one, nor for one that was deleted and added again. */
function formerSelf(tenant: Tenant, { sourceAnchor, objectId }: ModelObject): ModelObject | undefined {
  const before = tenant.objects.get(sourceAnchor);
  return before?.objectId === objectId ? before : undefined;
}

/** A new placeholder has the form of section 4, and no other object has it or desired it. */
function checkPlaceholders(before: Tenant, after: Tenant): void {
  for (const object of after.objects.values()) {
    const { placeholder, exported } = object;
    if (placeholder === null || formerSelf(before, object)?.placeholder === placeholder) continue;
    const [local = ''] = (exported.userPrincipalName ?? '').split('@');
    const room = 64 - after.placeholderSeparator.length - 4;
    const start = `${local.slice(0, room)}${after.placeholderSeparator}`;
    const rest = placeholder.slice(start.length);
    if (!placeholder.startsWith(start) || !/^\d{4}@/.test(rest) || rest.slice(5) !== after.initialDomain)
      throw new Unexplained(`"${placeholder}" is no placeholder for "${String(exported.userPrincipalName)}".`);
    const others = [...after.objects.values()].filter((other) => other !== object);
    if (others.some((other) => heldBy(other).includes(upnValue(placeholder))))
      throw new Unexplained(`The placeholder "${placeholder}" has two holders.`);
  }
}

function isSame(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  return one.size === other.size && [...one].every((number) => other.has(number));
}
