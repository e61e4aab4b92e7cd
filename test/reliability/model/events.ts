import { heldBy, holderOf, type ModelObject, type Tenant } from './tenant.ts';
import type { Value } from './values.ts';

/** An event of the history, with what the specification says of it. */
export type ModelEvent = {
  readonly event: 'quarantined' | 'released' | 'withdrawn';
  readonly value: Value;
  readonly whenStarted: string;
  readonly sourceAnchor: string;
  readonly objectId: string;
  readonly from: string | null;
};

/** Who had each value last: what the history says of a release. */
export type LastHolders = ReadonlyMap<Value, string>;

/** Brings up to date who had each value last. */
export function lastHolders(known: LastHolders, tenant: Tenant): LastHolders {
  const held = [...tenant.objects.values()].flatMap((object) =>
    heldBy(object).map((value) => [value, object.sourceAnchor] as const),
  );
  return new Map([...known, ...held]);
}

/** What happened between two states of a tenant; values that an object waits for in both are no event. */
export function eventsBetween(before: Tenant, after: Tenant, holders: LastHolders): readonly ModelEvent[] {
  const ended = [...before.objects.values()].flatMap((object) => {
    const later = after.objects.get(object.sourceAnchor);
    const self = later?.objectId === object.objectId ? later : undefined;
    return [...object.waits.keys()].filter((value) => !self?.waits.has(value)).map((value) => endOf(value));

    function endOf(value: Value): ModelEvent {
      if (self && heldBy(self).includes(value))
        return {
          event: 'released',
          ...subject(self, value),
          ...since(object, value),
          from: holders.get(value) ?? null,
        };
      return { event: 'withdrawn', ...subject(object, value), ...since(object, value), from: null };
    }
  });
  const begun = [...after.objects.values()].flatMap((object) => {
    const former = before.objects.get(object.sourceAnchor);
    const self = former?.objectId === object.objectId ? former : undefined;
    return [...object.waits.keys()]
      .filter((value) => !self?.waits.has(value))
      .map((value): ModelEvent => {
        const from = holderOf(after, value)?.sourceAnchor ?? null;
        return { event: 'quarantined', ...subject(object, value), ...since(object, value), from };
      });
  });
  return [...ended, ...begun];
}

function since(object: ModelObject, value: Value): { whenStarted: string } {
  return { whenStarted: object.waits.get(value)?.since as string };
}

function subject(
  { sourceAnchor, objectId }: ModelObject,
  value: Value,
): Pick<ModelEvent, 'value' | 'sourceAnchor' | 'objectId'> {
  return { value, sourceAnchor, objectId };
}
