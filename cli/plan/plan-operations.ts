/** Plans the operations: the difference between the staged entries and those that were sent before. */
import type { DatabaseSync } from 'node:sqlite';
import { createMapper, type MappedObject, type Mapper } from '../map/mapper.ts';
import type { Mapping } from '../map/mapping.ts';
import { entryFromText } from '../state/entry-to-text.ts';
import type { Before } from '../state/sent.ts';
import type { Findings } from './findings.ts';
import { addOf, deleteOf, desiredValues, hashOf, type PlannedOperation, updateOf } from './planned-operation.ts';

type PlanOptions = {
  readonly mapping: Mapping;
  readonly findings: Findings;
  /** Sends every object, changed or not. */
  readonly full: boolean;
  /** Deletes the objects that were sent before and are not staged. */
  readonly deleteAbsent: boolean;
};

/** How many objects are added, updated, deleted and left alone. */
export type PlanCounts = { adds: number; updates: number; deletes: number; unchanged: number };

type Row = {
  readonly seq: number;
  readonly anchor: string;
  readonly dn: string | null;
  readonly entry: string | null;
  readonly wasDeleted: number;
  readonly file: string;
  readonly line: number;
  readonly hash: Uint8Array | null;
  readonly sentDn: string | null;
  readonly sentEntry: string | null;
  readonly doubtful: number | null;
};

/** Plans the operations, into the temporary tables `planned` and `touched`. */
export function planOperations(state: DatabaseSync, options: PlanOptions): PlanCounts {
  const counts = { adds: 0, updates: 0, deletes: 0, unchanged: 0 };
  const planning = { ...options, mapEntry: createMapper(options.mapping), counts, planned: openPlannedTable(state) };
  const staged = state.prepare(
    `SELECT staged.*, sent.hash, sent.dn AS sentDn, sent.entry AS sentEntry, sent.doubtful
     FROM staged LEFT JOIN sent USING (anchor) ORDER BY seq`,
  );
  let seq = 0;
  for (const row of staged.iterate() as Iterable<Row>) {
    ({ seq } = row);
    planRow(row, planning);
  }
  if (options.deleteAbsent) {
    const absent = state.prepare('SELECT * FROM sent WHERE anchor NOT IN (SELECT anchor FROM staged)');
    for (const row of absent.iterate() as Iterable<Row & { entry: string | null }>) {
      planDelete({ ...row, seq: ++seq, sentEntry: row.entry }, planning);
    }
  }
  return counts;
}

type Planning = PlanOptions & {
  readonly mapEntry: Mapper;
  readonly counts: PlanCounts;
  readonly planned: PlannedTable;
};

function planRow(row: Row, planning: Planning): void {
  const mapped = row.entry === null ? undefined : planning.mapEntry(entryFromText(row.entry));
  if (mapped?.kind === 'object') planObject(row, mapped.object, planning);
  else if (mapped?.kind === 'problem') planning.findings.problem(row, mapped.problem);
  else {
    if (mapped) planning.findings.leaveOut(mapped.reason);
    planDelete(row, planning);
  }
}

function planObject(row: Row, object: MappedObject, planning: Planning): void {
  const { findings, counts, planned, full } = planning;
  const { sourceAnchor } = object;
  const hash = hashOf(object);
  const isSame = row.doubtful === 0 && !full && row.wasDeleted === 0 && isEqual(row.hash, hash);
  if (sourceAnchor !== row.anchor) {
    const change = `from "${row.anchor}" to "${sourceAnchor}"`;
    findings.problem(row, `its source anchor changes ${change}, but a source anchor never changes`);
  } else if (isSame) {
    counts.unchanged++;
    if (row.entry !== row.sentEntry || row.dn !== row.sentDn) planned.note(row, hash);
  } else planWrite(row, { object, hash }, planning);
}

function planWrite(
  row: Row,
  { object, hash }: { readonly object: MappedObject; readonly hash: Uint8Array },
  { mapEntry, counts, planned, full }: Planning,
): void {
  const was = beforeOf(row) === 'unknown' ? undefined : sentObject(row, mapEntry);
  // An update names only the changes, so the object must be known exactly as the service has it.
  const isKnown = !full && beforeOf(row) === 'certain' && was !== undefined && isEqual(row.hash, hashOf(was));
  const isNew = row.wasDeleted !== 0 && beforeOf(row) !== 'unknown';
  if (beforeOf(row) === 'unknown') counts.adds++;
  else counts.updates++;
  const write = isKnown && !isNew ? updateOf(was, object) : addOf(object);
  planned.operation(row, {
    kind: 'write',
    operations: isNew ? [deleteOf(row.anchor), write] : [write],
    hash,
    values: { before: was ? desiredValues(was) : new Set(), after: desiredValues(object) },
  });
}

function planDelete(row: Row, { mapEntry, counts, planned }: Planning): void {
  if (beforeOf(row) === 'unknown') return;
  counts.deletes++;
  const was = sentObject(row, mapEntry);
  planned.operation(row, {
    kind: 'delete',
    operations: [deleteOf(row.anchor)],
    hash: null,
    values: { before: was ? desiredValues(was) : new Set(), after: new Set() },
  });
}

function beforeOf({ doubtful }: Row): Before {
  if (doubtful === null) return 'unknown';
  return doubtful === 0 ? 'certain' : 'doubtful';
}

/** Returns an object as it was sent, if this mapping still maps its entry to one. */
function sentObject({ sentEntry }: Row, mapEntry: Mapper): MappedObject | undefined {
  const mapped = sentEntry === null ? undefined : mapEntry(entryFromText(sentEntry));
  return mapped?.kind === 'object' ? mapped.object : undefined;
}

function isEqual(left: Uint8Array | null, right: Uint8Array): boolean {
  return left !== null && Buffer.compare(left, right) === 0;
}

type PlannedTable = ReturnType<typeof openPlannedTable>;

type Planned = {
  readonly kind: 'write' | 'delete';
  readonly operations: readonly PlannedOperation[];
  readonly hash: Uint8Array | null;
  readonly values: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> };
};

function openPlannedTable(state: DatabaseSync) {
  const insert = state.prepare(
    `INSERT INTO planned (seq, anchor, kind, operations, size, count, before, hash, dn, entry, desiresMore)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const touch = state.prepare('INSERT INTO touched VALUES (?, ?, ?)');
  return {
    /** Plans to store a changed entry whose object stays the same. Nothing is sent for it. */
    note(row: Row, hash: Uint8Array): void {
      insert.run(row.seq, row.anchor, 'note', null, 0, 0, beforeOf(row), hash, row.dn, row.entry, 0);
    },
    operation(row: Row, { kind, operations, hash, values }: Planned): void {
      const { before, after } = values;
      const text = operations.map((operation) => JSON.stringify(operation)).join(',');
      const size = Buffer.byteLength(text) + 1;
      const count = operations.length;
      const entry = kind === 'delete' ? null : row.entry;
      const desiresMore = [...after].some((value) => !before.has(value)) ? 1 : 0;
      insert.run(row.seq, row.anchor, kind, text, size, count, beforeOf(row), hash, row.dn, entry, desiresMore);
      // A value that was desired before counts as well: its object may still be waiting for it.
      for (const value of after) touch.run(value, row.seq, 1);
      for (const value of before) if (!after.has(value)) touch.run(value, row.seq, 0);
    },
  };
}
