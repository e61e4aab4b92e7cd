/** Reads what an export must know before it can be planned: its objects, the values in question, and who may have to make room. */
import { type ExportItem, type FoldedExport, foldExport } from '../../directory/export/fold-export.ts';
import { type DirectoryObject, heldValues } from '../../directory/objects.ts';
import { validateSourceAnchor } from '../../directory/validation.ts';
import type { ValueKey } from '../../directory/values.ts';
import { holdersInQuestion, valuesInQuestion } from '../../directory/export/values-in-question.ts';
import type { Partition } from '../../store/partition.ts';
import { readObjects, readValues } from '../../store/read-directory.ts';
import type { StoredObject, StoredValue } from '../../store/rows.ts';

/** What was read for an export, and the export folded over it. */
export type ExportSnapshot = {
  readonly items: readonly ExportItem[];
  readonly stored: ReadonlyMap<string, StoredObject>;
  readonly objects: ReadonlyMap<string, DirectoryObject>;
  readonly values: ReadonlyMap<ValueKey, StoredValue>;
  readonly folded: FoldedExport;
  /** Whether the values and the objects, which were read one after the other, can be of one moment. */
  readonly isOfOneMoment: boolean;
};

/** Reads what the pending items of an export touch. Items that the export `runId` has written already are left out. */
export async function readForExport(
  partition: Partition,
  pending: readonly ExportItem[],
  runId: string,
): Promise<ExportSnapshot> {
  const own = await readObjects(partition, anchorsOf(pending));
  // Written already, though the answer to that write was lost.
  const items = pending.filter((item) => item.sourceAnchor === null || own.get(item.sourceAnchor)?.writtenBy !== runId);
  const folded = foldExport(items, objectsIn(own));
  const values = await readValues(partition, valuesInQuestion(items, folded));
  const holders = await readObjects(partition, [...holdersInQuestion(values, own)]);
  const stored = holders.size === 0 ? own : new Map([...own, ...holders]);
  return {
    items,
    stored,
    objects: objectsIn(stored),
    values,
    folded,
    isOfOneMoment: isOfOneMoment(values, objectsIn(own), new Set(anchorsOf(items))),
  };
}

/** Returns the snapshot of an export whose objects are presumed to be new: nothing is read. */
export function presumeNew(items: readonly ExportItem[]): ExportSnapshot {
  const stored = new Map<string, StoredObject>();
  const objects = new Map<string, DirectoryObject>();
  return { items, stored, objects, values: new Map(), folded: foldExport(items, objects), isOfOneMoment: true };
}

/** Returns the source anchors of some items, as far as they can be any. */
export function anchorsOf(items: readonly ExportItem[]): readonly string[] {
  const anchors = new Set<string>();
  for (const { sourceAnchor } of items) {
    if (sourceAnchor !== null && !validateSourceAnchor(sourceAnchor)) anchors.add(sourceAnchor);
  }
  return [...anchors];
}

function objectsIn(stored: ReadonlyMap<string, StoredObject>): ReadonlyMap<string, DirectoryObject> {
  const objects = new Map<string, DirectoryObject>();
  for (const [sourceAnchor, { object }] of stored) if (object) objects.set(sourceAnchor, object);
  return objects;
}

/**
 * Reports whether values and the export's own objects can be of one moment.
 *
 * A write is conditional, so it never rests on what has changed since. But an operation that fails writes nothing: it
 * must not be told, for instance, that its own object, which another export created just now, has its address.
 */
function isOfOneMoment(
  values: ReadonlyMap<ValueKey, StoredValue>,
  objects: ReadonlyMap<string, DirectoryObject>,
  own: ReadonlySet<string>,
): boolean {
  const held = new Map<string, ReadonlySet<ValueKey>>();
  for (const [key, { holder }] of values) {
    if (holder === null || !own.has(holder)) continue;
    const object = objects.get(holder);
    if (!object) return false;
    if (!held.has(holder)) held.set(holder, heldValues(object));
    if (!held.get(holder)?.has(key)) return false;
  }
  return true;
}
