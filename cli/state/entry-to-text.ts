/** Entries as text in the state file, with only the attributes that the mapping reads. */
import type { Entry, Value } from '../read/reading.ts';

type Kept = string | { readonly base64: string } | { readonly url: string };

/** Writes an entry as text. Equal entries have equal text. */
export function entryToText({ dn, attributes }: Entry, names: ReadonlySet<string>): string {
  const kept: [string, readonly Kept[]][] = [];
  for (const name of names) {
    const values = attributes.get(name);
    if (values && values.length > 0) kept.push([name, values.map(toKept)]);
  }
  return JSON.stringify([dn, kept]);
}

/** Reads an entry that {@link entryToText} wrote. */
export function entryFromText(text: string): Entry {
  const [dn, kept] = JSON.parse(text) as [string | null, [string, readonly Kept[]][]];
  return { dn, attributes: new Map(kept.map(([name, values]) => [name, values.map(fromKept)])) };
}

function toKept(value: Value): Kept {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
}

function fromKept(kept: Kept): Value {
  return typeof kept === 'object' && 'base64' in kept ? new Uint8Array(Buffer.from(kept.base64, 'base64')) : kept;
}
