/** Rows of a table, to write and as read. */
import type { Column } from './columns.ts';

/** A row to write: its key within the partition, and its columns. */
export type Row = { readonly rowKey: string } & Readonly<Record<string, Column>>;

/** A row as it was read. */
export type ReadRow = { readonly rowKey: string; readonly etag: string } & Readonly<Record<string, unknown>>;

/** Returns the text of a column; null if the column is empty or missing. Rows have no null: they store it as `''`. */
export function textOrNull(column: unknown): string | null {
  return typeof column === 'string' && column !== '' ? column : null;
}
