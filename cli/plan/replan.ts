/** Plans anew what the service did not know: it was to be updated, and is added. */
import type { DatabaseSync } from 'node:sqlite';
import { createMapper } from '../map/map-entry.ts';
import type { Mapping } from '../map/mapping.ts';
import { entryFromText } from '../state/entry-text.ts';
import type { PlannedObject } from '../state/sent.ts';
import type { Requests } from './cut-requests.ts';
import { addOf } from './operation.ts';

/** Makes adds of objects that were to be updated, in requests of so many operations, one after another. */
export function replanAsAdds(
  state: DatabaseSync,
  objects: readonly PlannedObject[],
  { mapping, operations }: { readonly mapping: Mapping; readonly operations: number },
): Requests {
  const mapEntry = createMapper(mapping);
  const find = state.prepare('SELECT entry FROM planned WHERE seq = ?');
  const change = state.prepare(`UPDATE planned SET operations = ?, count = 1, before = 'unknown' WHERE seq = ?`);
  const assign = state.prepare('INSERT INTO requests (request, seq) VALUES (?, ?)');
  const { last } = state.prepare('SELECT max(request) AS last FROM requests').get() as { last: number };
  const requests = new Set<number>();
  objects.forEach(({ seq }, index) => {
    const mapped = mapEntry(entryFromText((find.get(seq) as { entry: string }).entry));
    if (mapped.kind !== 'object') return;
    const request = last + 1 + Math.floor(index / operations);
    requests.add(request);
    change.run(JSON.stringify(addOf(mapped.object)), seq);
    assign.run(request, seq);
  });
  return { inOrder: [...requests], sideBySide: [] };
}
