/** Reads the part of the directory that an export depends on. */
import { type ExportItem, type FoldedExport, foldExport } from '../../directory/export/fold-export.ts';
import { type DirectoryObject, heldValues } from '../../directory/objects.ts';
import { validateSourceAnchor } from '../../directory/validation.ts';
import type { ValueKey } from '../../directory/values.ts';
import { holdersInQuestion, valuesInQuestion } from '../../directory/export/values-in-question.ts';
import type { Partition } from '../../store/partition.ts';
import { readObjects, readValues } from '../../store/read-directory.ts';
import type { StoredValue } from '../../store/value-row.ts';
import type { StoredObject } from '../../store/object-row.ts';

/** The part of the directory that was read for an export, and the export folded over it. */
export type ExportSnapshot = {
  readonly items: readonly ExportItem[];
  readonly stored: ReadonlyMap<string, StoredObject>;
  readonly objects: ReadonlyMap<string, DirectoryObject>;
  readonly values: ReadonlyMap<ValueKey, StoredValue>;
  readonly folded: FoldedExport;
  /** Whether the objects and the values, which were read one after the other, can have existed at the same time. */
  readonly isConsistent: boolean;
};

/** Reads the objects and values that pending items touch. Items that the export `runId` has already written are left out. */
export async function readForExport(
  partition: Partition,
  pending: readonly ExportItem[],
  runId: string,
): Promise<ExportSnapshot> {
  const own = await readObjects(partition, anchorsOf(pending));
  // Already written: only the answer to that write was lost.
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
    isConsistent: isConsistent(values, objectsIn(own), new Set(anchorsOf(items))),
  };
}

/** Returns the snapshot of an export whose objects are presumed to be new, without reading anything. */
export function presumeNew(items: readonly ExportItem[]): ExportSnapshot {
  const stored = new Map<string, StoredObject>();
  const objects = new Map<string, DirectoryObject>();
  return { items, stored, objects, values: new Map(), folded: foldExport(items, objects), isConsistent: true };
}

/** Returns the valid source anchors of some items. */
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
 * Reports whether the values and the export's own objects can have existed at the same time.
 *
 * Writes are conditional, so they never rely on rows that have changed. But a failed operation writes nothing: it must
 * not fail, for instance, because its own object, which another export has just created, holds its address.
 */
function isConsistent(
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
