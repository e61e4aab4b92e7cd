/** The row of a value: `value|<space>|<value>`. */
import type { ValueKey } from '../directory/values.ts';
import { valueRowKey } from './keys.ts';
import { type ReadRow, type Row, textOrNull } from './row.ts';

/** A stored value: its holder, and how many objects wait for it. */
export type StoredValue = {
  readonly etag: string;
  readonly holder: string | null;
  readonly waiting: number;
  /** The run that vacated the value, also part of the key of its `vacated|` row; null while an object holds the value. */
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
    holder: textOrNull(row.holder),
    waiting: row.waiting as number,
    vacatedBy: textOrNull(row.vacatedBy),
  };
}
