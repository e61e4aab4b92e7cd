/** Maps entries of a directory to objects of an export. Pure. */
import type { ExportedAttributes, ObjectType } from '../../shared/directory/objects.ts';
import type { Attributes, Entry, Value } from '../read/reading.ts';
import type { Mapping, Pattern } from './mapping.ts';
import { toSourceAnchor } from './to-source-anchor.ts';

/** An object as the export describes it. */
export type MappedObject = ExportedAttributes & { readonly sourceAnchor: string; readonly objectType: ObjectType };

/** The object of an entry, why the entry is left out, or why it cannot be mapped. `problem` is a sentence without its full stop. */
type MappedEntry =
  | { readonly kind: 'object'; readonly object: MappedObject }
  | { readonly kind: 'leftOut'; readonly reason: string }
  | { readonly kind: 'problem'; readonly problem: string };

/** Maps an entry to an object, if it is one. */
export type Mapper = (entry: Entry) => MappedEntry;

/** Returns the mapper of a mapping. */
export function createMapper(mapping: Mapping): Mapper {
  const classes = Object.entries(mapping.objectClasses).map(([name, type]) => ({
    name,
    lower: name.toLowerCase(),
    type,
  }));
  const rules = mapping.leaveOut.map(({ reason, types, when }) => ({ reason, types, tests: testsOf(when) }));
  const licensed = mapping.exchangeLicensed && testsOf(mapping.exchangeLicensed);
  const anchors = namesOf(mapping.sourceAnchor);
  const userPrincipalName = namesOf(mapping.userPrincipalName);
  const displayName = namesOf(mapping.displayName);
  const mails = namesOf(mapping.mail);
  const addresses = namesOf(mapping.proxyAddresses);
  const further = Object.entries(mapping.attributes).map(([target, name]) => ({ target, ...nameOf(name) }));
  const read = [...userPrincipalName, ...displayName, ...mails, ...addresses, ...further];

  return (entry) => {
    const { attributes } = entry;
    const type = typeOf(attributes, { classes, defaultType: mapping.defaultType });
    if (typeof type !== 'string') return type;
    const rule = rules.find(
      ({ types, tests }) => (types?.includes(type) ?? true) && tests.every((test) => test(entry)),
    );
    if (rule) return { kind: 'leftOut', reason: rule.reason };
    const problem = unreadable(attributes, read);
    if (problem) return { kind: 'problem', problem };
    const anchor = sourceAnchorOf(attributes, anchors);
    if ('problem' in anchor) return { kind: 'problem', problem: anchor.problem };
    const [mail = null, ...furtherMail] = firstList(attributes, mails);
    const isUser = type === 'User';
    const object: MappedObject = {
      sourceAnchor: anchor.sourceAnchor,
      objectType: type,
      displayName: firstList(attributes, displayName)[0] ?? null,
      userPrincipalName: isUser ? (firstList(attributes, userPrincipalName)[0] ?? null) : null,
      mail,
      proxyAddresses: addressesOf(attributes, addresses, furtherMail),
      exchangeLicensed: isUser && (licensed?.every((test) => test(entry)) ?? false),
      attributes: furtherAttributes(attributes, further),
    };
    return { kind: 'object', object };
  };
}

/** The name of an attribute, as the mapping spells it, and in lower case, as entries have it. */
type Name = { readonly name: string; readonly lower: string };

function nameOf(name: string): Name {
  return { name, lower: name.toLowerCase() };
}

function namesOf(names: readonly string[]): readonly Name[] {
  return names.map(nameOf);
}

type ClassRule = Name & { readonly type: ObjectType | null };

function typeOf(
  attributes: Attributes,
  { classes, defaultType }: { readonly classes: readonly ClassRule[]; readonly defaultType: ObjectType | null },
): ObjectType | MappedEntry {
  const objectClasses = texts(attributes, 'objectclass');
  if (objectClasses.length === 0 && defaultType) return defaultType;
  if (objectClasses.length === 0) {
    return { kind: 'problem', problem: 'it has no objectClass. Export that attribute too, or give --type' };
  }
  const lower = objectClasses.map((name) => name.toLowerCase());
  const rule = classes.find((candidate) => lower.includes(candidate.lower));
  const reason = `${rule?.name ?? objectClasses.at(-1) ?? ''}, not a user, group or contact`;
  return rule?.type ?? { kind: 'leftOut', reason };
}

function sourceAnchorOf(attributes: Attributes, names: readonly Name[]): ReturnType<typeof toSourceAnchor> {
  for (const { name, lower } of names) {
    const value = attributes.get(lower)?.[0];
    if (value !== undefined && value !== '') return toSourceAnchor(name, value);
  }
  return { problem: `it has no source anchor: it has none of ${names.map(({ name }) => name).join(', ')}` };
}

/** Windows PowerShell writes the name of the type if it was not told how to write a list. */
const typeName =
  /^(?:Microsoft\.ActiveDirectory\.Management\.ADPropertyValueCollection|System\.(?:String|Object)\[\])$/;

/** Returns why an attribute cannot be read as text; undefined if all can. */
function unreadable(attributes: Attributes, names: readonly Name[]): string | undefined {
  for (const { name, lower } of names) {
    for (const value of attributes.get(lower) ?? none) {
      if (value instanceof Uint8Array) return `${name} is not text in UTF-8`;
      if (typeof value !== 'string') return `${name} is only a URL, "${value.url}", which is not fetched`;
      if (typeName.test(value)) {
        return `${name} is "${value}": Export-Csv wrote the type instead of the values. Join them with ";"`;
      }
    }
  }
  return undefined;
}

function addressesOf(
  attributes: Attributes,
  names: readonly Name[],
  furtherMail: readonly string[],
): readonly string[] {
  const listed = names.flatMap(({ lower }) => texts(attributes, lower));
  const typed = listed.map((address) => (/^[a-z0-9_-]+:/i.test(address) ? address : `smtp:${address}`));
  return [...new Set([...typed, ...furtherMail.map((address) => `smtp:${address}`)])];
}

function furtherAttributes(
  attributes: Attributes,
  mapped: readonly (Name & { readonly target: string })[],
): ExportedAttributes['attributes'] {
  const kept: Record<string, string | readonly string[]> = {};
  for (const { target, lower } of mapped) {
    const [first, ...more] = texts(attributes, lower);
    if (first !== undefined) kept[target] = more.length === 0 ? first : [first, ...more];
  }
  return kept;
}

/** Returns the values of the first of these attributes that has any. */
function firstList(attributes: Attributes, names: readonly Name[]): readonly string[] {
  for (const { lower } of names) {
    const values = texts(attributes, lower);
    if (values.length > 0) return values;
  }
  return none;
}

const none: readonly never[] = [];

/** Returns the values of an attribute that are text and not blank. */
function texts(attributes: Attributes, lower: string): readonly string[] {
  const values = attributes.get(lower);
  return values?.filter((value): value is string => typeof value === 'string' && value.trim() !== '') ?? none;
}

type Test = (entry: Entry) => boolean;

function testsOf(patterns: Readonly<Record<string, Pattern>>): readonly Test[] {
  return Object.entries(patterns).map(([name, pattern]) => {
    const lower = name.toLowerCase();
    const matches = matcherOf(pattern);
    return ({ dn, attributes }) => {
      const values: readonly Value[] = lower === 'dn' ? [dn ?? ''] : (attributes.get(lower) ?? none);
      return values.some((value) => typeof value === 'string' && matches(value));
    };
  });
}

function matcherOf(pattern: Pattern): (value: string) => boolean {
  if (typeof pattern === 'string') {
    const expression = new RegExp(pattern, 'i');
    return (value) => expression.test(value);
  }
  const bits = BigInt(pattern.bits);
  return (value) => /^\d+$/.test(value) && (BigInt(value) & bits) !== 0n;
}
