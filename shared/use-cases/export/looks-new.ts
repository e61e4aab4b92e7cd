/** Whether an export can be planned without reading: nothing that it writes seems to exist. */
import type { ExportItem } from '../../directory/export/fold-export.ts';
import { validateSourceAnchor } from '../../directory/validation.ts';
import type { Partition } from '../../store/partition.ts';
import { readObjects } from '../../store/read-directory.ts';

/** One object in four is looked at, up to as many as are read side by side. */
const oneIn = 4;
const mostProbes = 16;

/**
 * Tells whether an export can be taken for one of new objects: it adds each of them once, and of a sample none exists.
 *
 * It can be wrong: who plans on it has to write on the condition that no row is there yet. Exports of fewer than four
 * objects are never taken for new.
 */
export async function looksNew(partition: Partition, items: readonly ExportItem[]): Promise<boolean> {
  const added = new Set<string>();
  for (const { operation } of items) {
    if (operation?.operation !== 'add' || validateSourceAnchor(operation.sourceAnchor)) return false;
    added.add(operation.sourceAnchor);
  }
  const probes = Math.min(mostProbes, Math.floor(added.size / oneIn));
  if (probes === 0 || added.size < items.length) return false;
  const anchors = [...added];
  const sample = Array.from({ length: probes }, (_, n) => anchors[Math.floor((n * anchors.length) / probes)] as string);
  return (await readObjects(partition, sample)).size === 0;
}
