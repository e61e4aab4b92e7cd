/** Checks the summary that the report shows: its form, and its numbers if nothing has happened since. */
import { objectTypes, propertyNames } from '../directory/objects.ts';
import type { ReadRow } from '../store/row.ts';
import type { Summary } from '../store/summary.ts';
import { isTime, shown } from './column-rules.ts';
import type { Finding } from './finding.ts';
import { readJson } from './json-rules.ts';
import type { TenantRows } from './tenant-rows.ts';

/** An event that is this much older than a summary was written completely before the summary was taken. */
const longestWriteMs = 15 * 60_000;

/** Returns whether the summary is wrong. The repair removes it, and the next reader of the report counts again. */
export function checkSummary(row: ReadRow, tenantRows: TenantRows): readonly Finding[] {
  const { rowKey, etag } = row;
  const summary = readJson(row, 'summary', summaryProblem);
  const detail = 'problem' in summary ? `${summary.problem}.` : miscounted(summary.value as Summary, tenantRows);
  if (detail === undefined) return [];
  return [
    { code: 'SummaryWrong', rowKey, detail, evidence: { [rowKey]: etag }, repair: { kind: 'remove', rowKey, etag } },
  ];
}

type Unknown = Readonly<Record<string, unknown>>;

function summaryProblem(value: unknown): string | undefined {
  const { version, takenAt, newestEvent, counts, objects, oldest, days } = asRecord(value);
  // A summary of another version is ignored.
  if (typeof version === 'number' && version !== 1) return undefined;
  const event = asRecord(newestEvent);
  const isEvent = newestEvent === null || (typeof event.rowKey === 'string' && isTime(event.at));
  const numbers = propertyNames.flatMap((name) => objectTypes.map((type) => asRecord(asRecord(counts)[name])[type]));
  const isWhole = version === 1 && isTime(takenAt) && isEvent && (oldest === null || isTime(oldest));
  const isCounted = [objects, ...numbers].every(isCount) && typeof days === 'object' && days !== null;
  return isWhole && isCounted && Object.values(days).every(isDay) ? undefined : `is ${shown(value)}`;
}

function asRecord(value: unknown): Unknown {
  return typeof value === 'object' && value !== null ? (value as Unknown) : {};
}

function isDay(day: unknown): boolean {
  const { quarantined, released, withdrawn } = asRecord(day);
  return [quarantined, released, withdrawn].every(isCount);
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}

function miscounted(summary: Summary, { history, rows }: TenantRows): string | undefined {
  const { version, takenAt, newestEvent, objects, oldest, counts } = summary;
  const isOfThisVersion = (version as number) === 1;
  if (!isOfThisVersion || newestEvent?.rowKey !== history.newest) return undefined;
  if (Date.parse(takenAt) - Date.parse(newestEvent.at) < longestWriteMs) return undefined;
  const counted = countErrors(rows.error.values());
  const pairs: [name: string, summed: unknown, counted: unknown][] = [
    ['objects', objects, counted.objects],
    ['oldest', oldest, counted.oldest],
    ...propertyNames.flatMap((property) =>
      objectTypes.map((type): [string, unknown, unknown] => {
        const kind = `${property} of ${type}`;
        return [kind, counts[property][type], counted.kinds.get(kind) ?? 0];
      }),
    ),
  ];
  const wrong = pairs.filter(([, left, right]) => left !== right);
  if (wrong.length === 0) return undefined;
  return `${wrong.map(([name, left, right]) => `"${name}" is ${shown(left)}, but the rows have ${shown(right)}`).join('; ')}.`;
}

function countErrors(rows: Iterable<ReadRow>): {
  readonly objects: number;
  readonly oldest: string | null;
  readonly kinds: ReadonlyMap<string, number>;
} {
  const kinds = new Map<string, number>();
  const anchors = new Set<unknown>();
  let oldest: string | null = null;
  for (const { propertyName, objectType, sourceAnchor, whenStarted } of rows) {
    const kind = `${String(propertyName)} of ${String(objectType)}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    anchors.add(sourceAnchor);
    if (isTime(whenStarted) && (oldest === null || whenStarted < oldest)) oldest = whenStarted;
  }
  return { objects: anchors.size, oldest, kinds };
}
