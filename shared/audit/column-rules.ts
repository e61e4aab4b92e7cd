/** Checks the columns of a row against rules, or against the row that should be there. */
import { objectTypes } from '../directory/objects.ts';
import type { Column } from '../store/columns.ts';
import type { ReadRow, Row } from '../store/row.ts';

/** The rule of a column: it is exactly one value, because the key or another row says so, or it fulfils a condition. */
export type ColumnRule =
  | { readonly is: Column }
  | { readonly may: (value: unknown) => boolean; readonly says: string; readonly repairAs?: Column };

/** A column that breaks its rule, and its right content if that is known. */
export type ColumnProblem = { readonly column: string; readonly detail: string; readonly repairAs: Column | undefined };

/** Returns the columns of a row that break their rules. */
export function columnProblems(
  row: ReadRow,
  rules: Readonly<Record<string, ColumnRule | undefined>>,
): readonly ColumnProblem[] {
  const problems: ColumnProblem[] = [];
  for (const [column, rule] of Object.entries(rules)) {
    const value = row[column];
    if (!rule || ('is' in rule ? value === rule.is : rule.may(value))) continue;
    const [expected, repairAs] = 'is' in rule ? [shown(rule.is), rule.is] : [rule.says, rule.repairAs];
    problems.push({ column, detail: `"${column}" is ${shown(value)}, not ${expected}`, repairAs });
  }
  return problems;
}

const longestShown = 200;

/** Shows the content of a column, shortened if it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text = typeof value === 'bigint' ? `${value}n` : JSON.stringify(value);
  return text.length > longestShown ? `${text.slice(0, longestShown).toWellFormed()}...` : text;
}

/** Returns the columns in which a row differs from the expected one. */
export function differences(row: ReadRow, expected: Row): readonly { readonly detail: string }[] {
  return Object.entries(expected).flatMap(([column, value]) =>
    isSameColumn(row[column], value) ? [] : [{ detail: `"${column}" is ${shown(row[column])}, not ${shown(value)}` }],
  );
}

function isSameColumn(left: unknown, right: Column): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  return left === right;
}

/** Any text, also an empty one. */
export const text: ColumnRule = { may: (value) => typeof value === 'string', says: 'a text' };

/** A text that is not empty. */
export const name: ColumnRule = { may: (value) => typeof value === 'string' && value !== '', says: 'a name' };

/** The id of an object. */
export const objectId: ColumnRule = { may: (value) => isText(value) && uuid.test(value), says: 'a UUID' };
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A moment in the one form of ISO 8601 that the service writes. */
export const time: ColumnRule = { may: isTime, says: 'a time such as "2026-11-16T08:00:00.000Z"' };

/** The type of an object. */
export const objectType: ColumnRule = oneOf(objectTypes);

/** One of a list of texts. */
export function oneOf(allowed: readonly string[]): ColumnRule {
  return {
    may: (value) => isText(value) && allowed.includes(value),
    says: `one of ${allowed.map((one) => `"${one}"`).join(', ')}`,
  };
}

/** The same rule for a column that may also be empty. */
export function orNothing(rule: ColumnRule): ColumnRule {
  if ('is' in rule) return rule;
  return { may: (value) => value === '' || rule.may(value), says: `${rule.says} or nothing` };
}

/** Reports whether a value is a moment as the service writes it. */
export function isTime(value: unknown): value is string {
  if (!isText(value)) return false;
  const moment = new Date(value);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === value;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
