/** Applies change records of LDIF to entries. Pure. */
import { normalizeDn, parseDn } from '../read/parse-dn.ts';
import type { Attributes, Entry, Modification, Modify, Rename, Value } from '../read/reading.ts';

/** Applies a change to an entry, and returns the changed entry. */
export function changeEntry(entry: Entry, change: Modify | Rename): Entry {
  return change.kind === 'modify' ? modified(entry, change.modifications) : renamed(entry, change);
}

/** Returns the name of an entry after a rename of a container above it. */
export function moveBelow(dn: string, rename: Rename): string {
  const depth = normalizeDn(rename.dn).length;
  const normal = normalizeDn(dn);
  return `${normal.slice(0, normal.length - depth)}${newDn(rename)}`;
}

/** Applies the modifications in their order. */
function modified(entry: Entry, modifications: readonly Modification[]): Entry {
  const attributes = new Map(entry.attributes);
  for (const { kind, attribute, values } of modifications) {
    const now = attributes.get(attribute) ?? [];
    const next = kind === 'replace' ? values : kind === 'add' ? added(now, values) : deleted(now, values);
    if (next.length === 0) attributes.delete(attribute);
    else attributes.set(attribute, next);
  }
  return { ...entry, attributes };
}

function renamed(entry: Entry, rename: Rename): Entry {
  const old = parseDn(rename.dn);
  const { attribute, value } = parseDn(rename.newRdn);
  const kept = rename.deleteOldRdn ? withoutValue(entry.attributes, old.attribute, old.value) : entry.attributes;
  // The naming value comes first, because the first value of `cn` is the one that is shown.
  const rest = (kept.get(attribute) ?? []).filter((other) => !isSame(other, value));
  return { dn: newDn(rename), attributes: new Map([...kept, [attribute, [value, ...rest]]]) };
}

function newDn({ dn, newRdn, newSuperior }: Rename): string {
  const above = newSuperior ?? parseDn(dn).parent;
  return above === '' ? newRdn : `${newRdn},${above}`;
}

function added(now: readonly Value[], values: readonly Value[]): readonly Value[] {
  return [...now, ...values.filter((value) => !now.some((other) => isSame(other, value)))];
}

/** A delete without values deletes all of them. */
function deleted(now: readonly Value[], values: readonly Value[]): readonly Value[] {
  if (values.length === 0) return [];
  return now.filter((value) => !values.some((other) => isSame(other, value)));
}

function withoutValue(attributes: Attributes, name: string, value: string): Attributes {
  const rest = deleted(attributes.get(name) ?? [], [value]);
  const others = [...attributes].filter(([other]) => other !== name);
  return new Map(rest.length === 0 ? others : [...others, [name, rest]]);
}

/** Directories ignore letter case when they compare text. */
function isSame(left: Value, right: Value): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  return typeof left === 'string' && typeof right === 'string' && left.toLowerCase() === right.toLowerCase();
}
