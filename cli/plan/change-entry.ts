/** Applies the change records of LDIF to an entry. Pure. */
import { firstOfDn, parentOf } from '../read/distinguished-names.ts';
import type { Attributes, Entry, Modification, Rename, Value } from '../read/readings.ts';

/** Gives an entry as it is after modifications, in their order. */
export function modified(entry: Entry, modifications: readonly Modification[]): Entry {
  const attributes = new Map(entry.attributes);
  for (const { kind, attribute, values } of modifications) {
    const now = attributes.get(attribute) ?? [];
    const next = kind === 'replace' ? values : kind === 'add' ? added(now, values) : deleted(now, values);
    if (next.length === 0) attributes.delete(attribute);
    else attributes.set(attribute, next);
  }
  return { ...entry, attributes };
}

/** Gives an entry under its new name. The value that named it goes where the change says so. */
export function renamed(entry: Entry, { dn, newRdn, deleteOldRdn, newSuperior }: Omit<Rename, 'kind'>): Entry {
  const above = newSuperior ?? parentOf(dn);
  const old = firstOfDn(dn);
  const { attribute, value } = firstOfDn(newRdn);
  const without = deleteOldRdn ? without1(entry.attributes, old.attribute, old.value) : entry.attributes;
  // The value that names an entry is its first: what is shown of `cn`.
  const rest = (without.get(attribute) ?? []).filter((other) => !isSame(other, value));
  return {
    dn: above === '' ? newRdn : `${newRdn},${above}`,
    attributes: new Map([...without, [attribute, [value, ...rest]]]),
  };
}

function added(now: readonly Value[], values: readonly Value[]): readonly Value[] {
  return [...now, ...values.filter((value) => !now.some((other) => isSame(other, value)))];
}

/** Without values, a delete takes all. */
function deleted(now: readonly Value[], values: readonly Value[]): readonly Value[] {
  if (values.length === 0) return [];
  return now.filter((value) => !values.some((other) => isSame(other, value)));
}

function without1(attributes: Attributes, name: string, value: string): Attributes {
  const rest = deleted(attributes.get(name) ?? [], [value]);
  const others = [...attributes].filter(([other]) => other !== name);
  return new Map(rest.length === 0 ? others : [...others, [name, rest]]);
}

/** Directories compare text in any letter case. */
function isSame(left: Value, right: Value): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  return typeof left === 'string' && typeof right === 'string' && left.toLowerCase() === right.toLowerCase();
}
