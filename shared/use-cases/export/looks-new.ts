/** Whether an export can be planned without reading, because none of its objects seems to exist. */
import type { ExportItem } from '../../directory/export/fold-export.ts';
import { validateSourceAnchor } from '../../directory/validation.ts';
import type { Partition } from '../../store/partition.ts';
import { readObjects } from '../../store/read-directory.ts';

/** One object in four is read, up to as many as are read side by side. */
const oneIn = 4;
const mostProbes = 16;

/**
 * Reports whether an export seems to consist of new objects: it adds each object once, and none of a sample exists.
 *
 * This can be wrong: the caller must create every row, so that an existing one fails the write. Exports of fewer than
 * four objects never look new.
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
