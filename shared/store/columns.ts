/**
 * JSON in columns. A string property holds at most 32,768 characters at two bytes each, a binary one 65,536 bytes.
 *
 * Short JSON is a string, readable in every storage browser; longer JSON is UTF-8 in numbered binary columns, which
 * take half the room, so that an object of 512 KiB stays within the 1 MiB of a row.
 */
const longestString = 30_000;
const longestBinary = 65_536;

/** What a property of a row can hold here. */
export type Column = string | number | boolean | Uint8Array;

/** Writes a value as JSON in one column, or in several of which `name` is the start. */
export function jsonColumns(name: string, value: unknown): Record<string, Column> {
  const json = JSON.stringify(value);
  if (json.length <= longestString) return { [name]: json };
  const bytes = new TextEncoder().encode(json);
  const columns: Record<string, Column> = {};
  for (let part = 0; part * longestBinary < bytes.length; part++) {
    // A copy: of a view, the SDK would send the whole buffer behind it.
    columns[`${name}_${part}`] = bytes.slice(part * longestBinary, (part + 1) * longestBinary);
  }
  return columns;
}

/** Reads what {@link jsonColumns} wrote. Throws where a column is missing or is no JSON. */
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
