/** Checks the summary that the report shows: it must be whole, and where nothing has happened since, its numbers right. */
import { objectTypes, type PropertyName } from '../directory/objects.ts';
import type { ReadRow } from '../store/rows.ts';
import type { Summary } from '../store/summary.ts';
import { isTime, readJson, shown } from './column-rules.ts';
import type { Finding } from './finding.ts';
import type { TenantRows } from './tenant-rows.ts';

/** Nothing that happened so long before a summary was taken was still being written then. */
const settledMs = 15 * 60_000;

const propertyNames: readonly PropertyName[] = ['UserPrincipalName', 'ProxyAddresses'];

/** Gives what is wrong with the summary. It is removed then: whoever opens the report counts anew. */
export function summaryFindings(row: ReadRow, picture: TenantRows): readonly Finding[] {
  const { rowKey, etag } = row;
  const summary = readJson(row, 'summary', summaryProblem);
  const detail = 'problem' in summary ? `${summary.problem}.` : miscounted(summary.value as Summary, picture);
  if (detail === undefined) return [];
  return [
    { code: 'SummaryWrong', rowKey, detail, evidence: { [rowKey]: etag }, mend: { kind: 'remove', rowKey, etag } },
  ];
}

type Unknown = Readonly<Record<string, unknown>>;

function summaryProblem(value: unknown): string | undefined {
  const { version, takenAt, newestEvent, counts, objects, oldest, days } = asRecord(value);
  // One of another form is not read.
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

function miscounted({ version, takenAt, newestEvent, ...told }: Summary, picture: TenantRows): string | undefined {
  const isOfThisForm = (version as number) === 1;
  if (!isOfThisForm || newestEvent?.rowKey !== picture.history.newest) return undefined;
  if (Date.parse(takenAt) - Date.parse(newestEvent.at) < settledMs) return undefined;
  const counted = new Map<string, number>();
  const anchors = new Set<unknown>();
  let oldest: string | null = null;
  for (const row of picture.rows.error.values()) {
    const kind = `${String(row.propertyName)} of ${String(row.objectType)}`;
    counted.set(kind, (counted.get(kind) ?? 0) + 1);
    anchors.add(row.sourceAnchor);
    const { whenStarted } = row;
    if (isTime(whenStarted) && (oldest === null || whenStarted < oldest)) oldest = whenStarted;
  }
  const pairs: [what: string, told: unknown, counted: unknown][] = [
    ['objects', told.objects, anchors.size],
    ['oldest', told.oldest, oldest],
    ...propertyNames.flatMap((name) =>
      objectTypes.map((type): [string, unknown, unknown] => {
        return [`${name} of ${type}`, told.counts[name][type], counted.get(`${name} of ${type}`) ?? 0];
      }),
    ),
  ];
  const wrong = pairs.filter(([, left, right]) => left !== right);
  if (wrong.length === 0) return undefined;
  return `${wrong.map(([what, left, right]) => `"${what}" is ${shown(left)}, and ${shown(right)} are there`).join('; ')}.`;
}
