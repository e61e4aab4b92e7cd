/** Plans adds for objects that were planned as updates, because the service does not have them. */
import type { DatabaseSync } from 'node:sqlite';
import { createMapper } from '../map/mapper.ts';
import type { Mapping } from '../map/mapping.ts';
import { entryFromText } from '../state/entry-to-text.ts';
import type { PlannedObject } from '../state/sent.ts';
import type { Requests } from './cut-requests.ts';
import { addOf } from './planned-operation.ts';

/** Replaces the updates of these objects by adds, in further requests of at most so many operations, one after another. */
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
