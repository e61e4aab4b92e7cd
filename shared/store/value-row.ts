/** The row of a value: `value|<space>|<value>`. */
import type { ValueKey } from '../directory/values.ts';
import { valueRowKey } from './keys.ts';
import type { ReadRow, Row } from './row.ts';

/** A value row: who holds the value, how many wait for it, and, while it is vacant, which operation vacated it. */
export type StoredValue = {
  readonly etag: string;
  readonly holder: string | null;
  readonly waiting: number;
  readonly vacatedBy: string | null;
};

/** Writes the row of a value. */
export function valueToRow(key: ValueKey, { holder, waiting, vacatedBy }: Omit<StoredValue, 'etag'>): Row {
  return { rowKey: valueRowKey(key), holder: holder ?? '', waiting, vacatedBy: vacatedBy ?? '' };
}

/** Reads the row of a value. */
export function valueFromRow(row: ReadRow): StoredValue {
  return {
    etag: row.etag,
    holder: (row.holder as string) || null,
    waiting: row.waiting as number,
    vacatedBy: (row.vacatedBy as string) || null,
  };
}
