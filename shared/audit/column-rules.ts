/** Checking the columns of a row: against rules, or against the row as it would be written. */
import { objectTypes, type ExportedAttributes, type QuarantinedValue } from '../directory/objects.ts';
import { type Column, fromJsonColumns } from '../store/columns.ts';
import type { ReadRow, Row } from '../store/rows.ts';

/** What a column must be: what the key or another row says, or any of many. */
export type ColumnRule =
  | { readonly is: Column }
  | { readonly may: (value: unknown) => boolean; readonly says: string; readonly mendAs?: Column };

/** A column that breaks its rule, and what it should be where that is known. */
export type ColumnProblem = { readonly column: string; readonly detail: string; readonly mendAs: Column | undefined };

/** Gives the columns of a row that break their rules. */
export function columnProblems(
  row: ReadRow,
  rules: Readonly<Record<string, ColumnRule | undefined>>,
): readonly ColumnProblem[] {
  const problems: ColumnProblem[] = [];
  for (const [column, rule] of Object.entries(rules)) {
    const value = row[column];
    if (!rule || ('is' in rule ? value === rule.is : rule.may(value))) continue;
    const [wanted, mendAs] = 'is' in rule ? [shown(rule.is), rule.is] : [rule.says, rule.mendAs];
    problems.push({ column, detail: `"${column}" is ${shown(value)}, not ${wanted}`, mendAs });
  }
  return problems;
}

const longestShown = 200;

/** Shows what a column holds, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text = typeof value === 'bigint' ? `${value}n` : JSON.stringify(value);
  return text.length > longestShown ? `${text.slice(0, longestShown).toWellFormed()}...` : text;
}

/** Names the columns in which a row is not what it should be. */
export function differences(row: ReadRow, wanted: Row): readonly string[] {
  return Object.entries(wanted).flatMap(([column, value]) =>
    isSameColumn(row[column], value) ? [] : [`"${column}" is ${shown(row[column])}, not ${shown(value)}`],
  );
}

function isSameColumn(left: unknown, right: Column): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  return left === right;
}

/** Any text, the empty one included. */
export const text: ColumnRule = { may: (value) => typeof value === 'string', says: 'a text' };

/** A text that is not empty. */
export const name: ColumnRule = { may: (value) => typeof value === 'string' && value !== '', says: 'a name' };

/** An id of an object. */
export const objectId: ColumnRule = { may: (value) => isText(value) && uuid.test(value), says: 'a UUID' };
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A moment in ISO 8601, as this service writes it. */
export const time: ColumnRule = { may: isTime, says: 'a time such as "2026-11-16T08:00:00.000Z"' };

/** A type of object. */
export const objectType: ColumnRule = oneOf(objectTypes);

/** One of some texts. */
export function oneOf(allowed: readonly string[]): ColumnRule {
  return {
    may: (value) => isText(value) && allowed.includes(value),
    says: `one of ${allowed.map((one) => `"${one}"`).join(', ')}`,
  };
}

/** The same rule for a column in which an empty text stands for nothing. */
export function orNothing(rule: ColumnRule): ColumnRule {
  if ('is' in rule) return rule;
  return { may: (value) => value === '' || rule.may(value), says: `${rule.says} or nothing` };
}

/** Tells whether a value is a moment as this service writes it. */
export function isTime(value: unknown): value is string {
  if (!isText(value)) return false;
  const moment = new Date(value);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === value;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Reads JSON of a column; gives the problem where it is missing, no JSON, or `problemOf` finds one. */
export function readJson(
  row: ReadRow,
  column: string,
  problemOf: (value: unknown) => string | undefined,
): { readonly value: unknown } | { readonly problem: string } {
  let value: unknown;
  try {
    value = fromJsonColumns(row, column);
  } catch (error) {
    return { problem: `"${column}" cannot be read: ${(error as Error).message}` };
  }
  const problem = problemOf(value);
  return problem === undefined ? { value } : { problem: `"${column}" ${problem}` };
}

/** Says what keeps a value from being exported attributes. */
export function exportedProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return 'is no object';
  const { displayName, userPrincipalName, mail, proxyAddresses, exchangeLicensed, attributes } =
    value as Partial<ExportedAttributes>;
  for (const [key, held] of Object.entries({ displayName, userPrincipalName, mail })) {
    if (held !== null && !isText(held)) return `has the ${key} ${shown(held)}`;
  }
  if (!isTexts(proxyAddresses)) return `has the proxyAddresses ${shown(proxyAddresses)}`;
  if (typeof exchangeLicensed !== 'boolean') return `has the exchangeLicensed ${shown(exchangeLicensed)}`;
  if (!isRecord(attributes)) return `has the attributes ${shown(attributes)}`;
  const wrong = Object.entries(attributes).find(([, held]) => !isText(held) && !isTexts(held));
  return wrong && `has the attribute "${wrong[0]}" ${shown(wrong[1])}`;
}

/** Says what keeps a value from being a list of quarantined values. */
export function quarantineProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'is no list';
  const isWhole = (entry: unknown): boolean => {
    const { propertyName, propertyValue, whenStarted, place } = (entry ?? {}) as Partial<QuarantinedValue>;
    const isProperty = propertyName === 'UserPrincipalName' || propertyName === 'ProxyAddresses';
    const isPlace = place === undefined || (Number.isInteger(place) && place >= 0);
    return isProperty && isText(propertyValue) && isTime(whenStarted) && isPlace;
  };
  const wrong = value.find((entry) => !isWhole(entry)) as unknown;
  return wrong === undefined ? undefined : `has the entry ${shown(wrong)}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}
