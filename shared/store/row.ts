/** Rows of a table, to write and as read. */
import type { Column } from './columns.ts';

/** A row to write: its key within the tenant's partition, and its columns. */
export type Row = { readonly rowKey: string } & Readonly<Record<string, Column>>;

/** A row as it was read. */
export type ReadRow = { readonly rowKey: string; readonly etag: string } & Readonly<Record<string, unknown>>;
