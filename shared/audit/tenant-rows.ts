/** A picture of a tenant's rows, as one scan finds them, by kind; of the history no more than what others need. */
import type { RowKind } from '../store/keys.ts';
import type { ReadRow } from '../store/rows.ts';
import { addEvent, emptyHistory, type History } from './history.ts';

/** The rows of the kinds that are looked at together, by row key. */
export type TenantRows = {
  readonly rows: Readonly<Record<Exclude<RowKind, 'history'>, Map<string, ReadRow>>>;
  readonly unknown: Map<string, ReadRow>;
  readonly history: History;
};

/** How many parts the key of each kind of row has; two numbers if an earlier version wrote another form. */
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

/** What can be the second part of the key, in the kinds where it is one of few. */
const secondParts: Partial<Readonly<Record<RowKind, readonly string[]>>> = {
  error: ['UserPrincipalName', 'ProxyAddresses'],
  removed: ['history'],
  summary: ['latest'],
  vacated: ['upn', 'proxy', 'other', 'object'],
  value: ['upn', 'proxy', 'other'],
};

/** Begins a picture without rows. */
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

/** Adds a row to a picture; the rows come in the order of their keys. */
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

/** Counts the rows of a picture. */
export function countRows({ rows, unknown, history }: TenantRows): number {
  return Object.values(rows).reduce((sum, { size }) => sum + size, unknown.size + history.count);
}
