/**
 * JSON in columns. A string column holds at most 32,768 characters of two bytes each, a binary column 65,536 bytes.
 *
 * Short JSON is a string, so every storage browser shows it. Longer JSON is UTF-8 in numbered binary columns, which takes
 * half the space: an object of 512 KiB stays within the 1 MiB of a row.
 */
const longestString = 30_000;
const longestBinary = 65_536;

/** A value that a column can hold. */
export type Column = string | number | boolean | Uint8Array;

/** Writes a value as JSON: in the column `name`, or if it is long in `name_0`, `name_1`, and so on. */
export function jsonColumns(name: string, value: unknown): Record<string, Column> {
  const json = JSON.stringify(value);
  if (json.length <= longestString) return { [name]: json };
  const bytes = new TextEncoder().encode(json);
  const columns: Record<string, Column> = {};
  for (let part = 0; part * longestBinary < bytes.length; part++) {
    // `slice` copies: the SDK would send the whole buffer behind a view.
    columns[`${name}_${part}`] = bytes.slice(part * longestBinary, (part + 1) * longestBinary);
  }
  return columns;
}

/** Reads the value that {@link jsonColumns} wrote. Throws if a column is missing or is not JSON. */
export function fromJsonColumns(row: Readonly<Record<string, unknown>>, name: string): unknown {
  const text = row[name];
  if (typeof text === 'string') return JSON.parse(text);
  const parts: Uint8Array[] = [];
  for (let part = 0; row[`${name}_${part}`] instanceof Uint8Array; part++) {
    parts.push(row[`${name}_${part}`] as Uint8Array);
  }
  if (parts.length === 0) throw new Error(`Cannot read row "${String(row.rowKey)}": column "${name}" is missing`);
  return JSON.parse(new TextDecoder().decode(Buffer.concat(parts)));
}
