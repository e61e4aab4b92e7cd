/**
 * The `$filter` that is understood of Microsoft Graph's:
 *
 *     onPremisesProvisioningErrors/any(o:o/category eq 'PropertyConflict' and o/propertyCausingError eq 'ProxyAddresses')
 *
 * with either condition or both, in any order, and several `any(...)` joined with `and`. Names and values compare in
 * any letter case. All else is refused: a condition that is passed over would answer another question.
 */
import type { PropertyName } from '../../directory/objects.ts';
import { filterUnsupported, filterValueUnsupported } from '../../messages/request-refusals.ts';

/** The properties that an object must all have an error on; empty for any error. */
export type GraphFilter = { readonly properties: readonly PropertyName[]; readonly isImpossible: boolean };

const tokens = /\s*('(?:[^']|'')*'|[A-Za-z_]\w*|[/():])\s*/y;

/** Parses a filter. Throws `UnsupportedQuery` if it does not have the form above. */
export function parseFilter(filter: string): GraphFilter {
  const reader = readerOf(filter);
  const properties: PropertyName[] = [];
  let isImpossible = false;
  do {
    const required = readAny(reader);
    properties.push(...required);
    // One error is on one property: two in one any(...) are never met.
    isImpossible ||= required.length > 1;
  } while (reader.takes('and'));
  if (!reader.isAtEnd()) throw filterUnsupported(reader.rest());
  return { properties, isImpossible };
}

type Reader = {
  /** Takes the next token, which must be this one, in any letter case. */
  readonly take: (expected: string) => void;
  /** Takes the next token if it is the expected one; reports whether it was. */
  readonly takes: (expected: string) => boolean;
  readonly next: () => string;
  readonly isAtEnd: () => boolean;
  readonly rest: () => string;
};

function readerOf(filter: string): Reader {
  let position = 0;
  const peek = (): string | undefined => {
    tokens.lastIndex = position;
    return tokens.exec(filter)?.[1];
  };
  const next = (): string => {
    const token = peek();
    if (token === undefined) throw filterUnsupported(filter.slice(position));
    position = tokens.lastIndex;
    return token;
  };
  const takes = (expected: string): boolean => {
    if (peek()?.toLowerCase() !== expected.toLowerCase()) return false;
    next();
    return true;
  };
  const rest = (): string => filter.slice(position);
  const take = (expected: string): void => {
    if (!takes(expected)) throw filterUnsupported(rest());
  };
  return { take, takes, next, isAtEnd: () => position >= filter.length, rest };
}

/** Reads `onPremisesProvisioningErrors/any(o:<condition> and ...)`; returns the distinct properties in it. */
function readAny(reader: Reader): readonly PropertyName[] {
  for (const token of ['onPremisesProvisioningErrors', '/', 'any', '(']) reader.take(token);
  const variable = reader.next();
  reader.take(':');
  const properties = new Set<PropertyName>();
  do {
    reader.take(variable);
    reader.take('/');
    const property = readCondition(reader);
    if (property) properties.add(property);
  } while (reader.takes('and'));
  reader.take(')');
  return [...properties];
}

function readCondition(reader: Reader): PropertyName | undefined {
  if (reader.takes('category')) {
    readValue(reader, categories);
    return undefined;
  }
  reader.take('propertyCausingError');
  return readValue(reader, properties);
}

const categories = { propertyconflict: 'PropertyConflict' } as const;

/** Graph's reference says `ProxyAddress`, its service and the cmdlet `ProxyAddresses`. */
const properties = {
  userprincipalname: 'UserPrincipalName',
  proxyaddresses: 'ProxyAddresses',
  proxyaddress: 'ProxyAddresses',
} as const;

function readValue<Value extends string>(reader: Reader, values: Readonly<Record<string, Value>>): Value {
  reader.take('eq');
  const literal = reader.next();
  const value = Object.entries(values).find(([name]) => `'${name}'` === literal.toLowerCase())?.[1];
  if (value) return value;
  throw filterValueUnsupported(literal, [...new Set(Object.values(values))]);
}
