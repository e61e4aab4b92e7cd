/** Checks the JSON in the columns of a row. */
import { type ExportedAttributes, propertyNames, type QuarantinedValue } from '../directory/objects.ts';
import { fromJsonColumns } from '../store/columns.ts';
import type { ReadRow } from '../store/row.ts';
import { isTime, shown } from './column-rules.ts';

/** Reads the JSON of a column. Returns the problem if it is missing, is not JSON, or `problemOf` finds one. */
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

/** Returns why a value is not the exported attributes of an object; undefined if it is. */
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

/** Returns why a value is not a list of quarantined values; undefined if it is. */
export function quarantineProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'is no list';
  const isWhole = (entry: unknown): boolean => {
    const { propertyName, propertyValue, whenStarted, place } = (entry ?? {}) as Partial<QuarantinedValue>;
    const isProperty = propertyNames.some((one) => one === propertyName);
    const isPlace = place === undefined || (Number.isInteger(place) && place >= 0);
    return isProperty && isText(propertyValue) && isTime(whenStarted) && isPlace;
  };
  const wrong = value.find((entry) => !isWhole(entry)) as unknown;
  return wrong === undefined ? undefined : `has the entry ${shown(wrong)}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}
