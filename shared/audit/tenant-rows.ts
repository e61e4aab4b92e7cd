/** All rows of a tenant, as one scan finds them, by kind. The history is reduced to what the checks need. */
import { propertyNames } from '../directory/objects.ts';
import type { RowKind } from '../store/keys.ts';
import type { ReadRow } from '../store/row.ts';
import { addEvent, emptyHistory, type History } from './history.ts';

/** The rows of a tenant, by kind and row key. */
export type TenantRows = {
  readonly rows: Readonly<Record<Exclude<RowKind, 'history'>, Map<string, ReadRow>>>;
  readonly unknown: Map<string, ReadRow>;
  readonly history: History;
};

/** The number of parts in the key of each kind of row; two numbers if an earlier version wrote another form. */
const keyParts: Readonly<Record<RowKind, readonly number[]>> = {
  error: [5, 6],
  failure: [2],
  history: [5, 6],
  object: [2],
  removed: [2],
  summary: [2],
  vacated: [4],
  value: [3],
};

/** The possible second parts of the keys, for kinds that have a fixed set. */
const secondParts: Partial<Readonly<Record<RowKind, readonly string[]>>> = {
  error: propertyNames,
  removed: ['history'],
  summary: ['latest'],
  vacated: ['upn', 'proxy', 'other', 'object'],
  value: ['upn', 'proxy', 'other'],
};

/** Returns a tenant without rows. */
export function noRows(): TenantRows {
  const none = (): Map<string, ReadRow> => new Map();
  return {
    rows: {
      error: none(),
      failure: none(),
      object: none(),
      removed: none(),
      summary: none(),
      vacated: none(),
      value: none(),
    },
    unknown: none(),
    history: emptyHistory(),
  };
}

/** Adds a row. The rows must come in the order of their keys. */
export function addRow({ rows, unknown, history }: TenantRows, row: ReadRow): void {
  const kind = kindOf(row.rowKey);
  if (kind === undefined) {
    unknown.set(row.rowKey, row);
  } else if (kind === 'history') {
    addEvent(history, row);
  } else {
    rows[kind].set(row.rowKey, row);
  }
}

function kindOf(rowKey: string): RowKind | undefined {
  const parts = rowKey.split('|');
  const kind = Object.keys(keyParts).find((known): known is RowKind => known === parts[0]);
  if (kind === undefined || !keyParts[kind].includes(parts.length) || parts.includes('')) return undefined;
  return secondParts[kind]?.includes(parts[1] ?? '') === false ? undefined : kind;
}

/** Counts the rows of a tenant. */
export function countRows({ rows, unknown, history }: TenantRows): number {
  return Object.values(rows).reduce((sum, { size }) => sum + size, unknown.size + history.count);
}
