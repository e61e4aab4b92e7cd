/**
 * Checks the rows of values against the objects that hold the values or wait for them. Each vacant value must have a
 * `vacated|` row, because a sweep begins with those.
 */
import { vacancyToRow } from '../store/vacancy-row.ts';
import { valueToRow } from '../store/value-row.ts';
import type { ReadRow, Row } from '../store/row.ts';
import { valueOfStored, valueRowKey } from '../store/keys.ts';
import { isHeldAsPlaceholder } from '../directory/objects.ts';
import type { ValueKey } from '../directory/values.ts';
import { checkHolders } from './check-holders.ts';
import type { ExpectedValue, ExpectedRows } from './expected-rows.ts';
import { columnProblems, differences, text, time } from './column-rules.ts';
import { detailOf } from './damaged-row.ts';
import type { Finding, RepairStamp } from './finding.ts';
import type { RowWrite } from '../store/submit-transaction.ts';
import type { TenantRows } from './tenant-rows.ts';

type Context = { readonly expected: ExpectedRows; readonly rows: TenantRows['rows']; readonly stamp: RepairStamp };

/** Returns the value rows that are missing, wrong or stray, and the vacant values without a `vacated|` row. */
export function checkValues(expected: ExpectedRows, { rows }: TenantRows, stamp: RepairStamp): readonly Finding[] {
  const context = { expected, rows, stamp };
  const findings: Finding[] = [];
  for (const [rowKey, value] of expected.values) findings.push(...checkExpected(rowKey, value, context));
  for (const row of rows.value.values()) {
    if (!expected.values.has(row.rowKey)) findings.push(...checkUnexpected(row, context));
  }
  return findings;
}

/** Checks the row of a value that an object holds or waits for. */
function checkExpected(rowKey: string, value: ExpectedValue, context: Context): readonly Finding[] {
  const { key, holders } = value;
  const { expected, rows, stamp } = context;
  if (holders.length > 1) return checkHolders(value, context);
  const row = rows.value.get(rowKey);
  const waiting = value.waiting + (expected.unreadableWaiting.get(rowKey) ?? 0);
  const holder = holders[0]?.sourceAnchor ?? unreadableHolder(row, expected);
  const vacancy = row && vacancyOf(row, rows);
  const isAnnounced = holder === null && vacancy?.isSound === true;
  const vacatedBy = holder !== null ? null : isAnnounced ? vacancy.id : stamp.repairId;
  const expectedRow = valueToRow(key, { holder, waiting, vacatedBy });
  const announce: RowWrite[] = holder === null && !isAnnounced ? [{ kind: 'create', row: vacancyRow(key, stamp) }] : [];
  const unannounce: RowWrite[] = vacancy?.row && !isAnnounced ? [{ kind: 'remove', rowKey: vacancy.row.rowKey }] : [];
  const repairBy = (first: RowWrite): Finding['repair'] => {
    return { kind: 'write', touches: null, writes: [first, ...unannounce, ...announce] };
  };
  const evidence = { [rowKey]: row?.etag ?? null };
  if (!row) {
    const state = holder === null ? `${waiting} objects wait for it` : `object "${holder}" holds it`;
    const detail = `The value "${key}" has no row, but ${state}.`;
    return [
      { code: 'ValueRowMissing', rowKey, detail, evidence, repair: repairBy({ kind: 'create', row: expectedRow }) },
    ];
  }
  const repair = repairBy({ kind: 'replace', row: expectedRow, etag: row.etag });
  const { vacatedBy: _, ...withoutVacancy } = expectedRow;
  const problems = differences(row, holder === null ? withoutVacancy : expectedRow);
  if (problems.length > 0) return [{ code: 'ValueRowWrong', rowKey, detail: detailOf(problems), evidence, repair }];
  if (holder !== null) return awaitedPlaceholder(row, value);
  return isAnnounced ? notSwept(row, value, { vacancy, stamp }) : [{ ...notAnnounced(row, vacancy), repair }];
}

/** Finds a value that its holder has only as a placeholder: an earlier version let other objects wait for it. */
function awaitedPlaceholder({ rowKey, etag }: ReadRow, { key, holders, waiting }: ExpectedValue): readonly Finding[] {
  const [holder] = holders;
  if (!holder || waiting === 0 || !isHeldAsPlaceholder(holder.object, key)) return [];
  const detail = `${waiting} objects wait for "${key}", but object "${holder.sourceAnchor}" has it only as its placeholder.`;
  const evidence = { [rowKey]: etag, [holder.row.rowKey]: holder.row.etag };
  return [{ code: 'PlaceholderAwaited', rowKey, detail, evidence, repair: null }];
}

/** The clock of the storage (when a row was written) and of the service (when it swept) differ by less than this. */
const mostSkewMs = 15 * 60_000;

/** Finds a vacant value that objects wait for although it was vacant before the last sweep. */
function notSwept(
  { rowKey, etag }: ReadRow,
  { key, waiting }: ExpectedValue,
  { vacancy, stamp }: { vacancy: Vacancy; stamp: RepairStamp },
): readonly Finding[] {
  const { lastSweepAt, now } = stamp;
  if (waiting === 0 || !lastSweepAt || lastSweepAt > now) return [];
  const since = String(vacancy.row?.timestamp);
  if (!(lastSweepAt.getTime() - Date.parse(since) > mostSkewMs)) return [];
  const detail = `"${key}" has been vacant since ${since} and ${waiting} objects wait for it, but the sweep of ${lastSweepAt.toISOString()} did not release it.`;
  return [{ code: 'VacancyNotSwept', rowKey, detail, evidence: { [rowKey]: etag }, repair: null }];
}

/** Returns the holder by the value's row, if that object cannot be read: it may hold the value. */
function unreadableHolder(row: ReadRow | undefined, { unreadable }: ExpectedRows): string | null {
  const holder = row?.holder;
  return typeof holder === 'string' && unreadable.has(holder) ? holder : null;
}

/** Checks the row of a value that no readable object holds or waits for. */
function checkUnexpected(row: ReadRow, { expected, rows }: Context): readonly Finding[] {
  const { rowKey, etag } = row;
  if (unreadableHolder(row, expected) !== null) return [];
  const waiting = expected.unreadableWaiting.get(rowKey) ?? 0;
  const problems = differences(row, { rowKey, holder: '', waiting });
  const vacancy = vacancyOf(row, rows);
  if (problems.length === 0 && vacancy?.isSound) return [];
  // If an unreadable object waits for the value, its spelling is unknown, and the row must stay.
  const repair = waiting === 0 ? ({ kind: 'remove', rowKey, etag } as const) : null;
  if (problems.length === 0) return [{ ...notAnnounced(row, vacancy), repair }];
  const detail = `No object holds the value or waits for it: ${detailOf(problems)}`;
  return [{ code: 'ValueRowStray', rowKey, detail, evidence: { [rowKey]: etag }, repair }];
}

function notAnnounced(row: ReadRow, vacancy: Vacancy | undefined): Omit<Finding, 'repair'> {
  const vacatedRow = vacancy?.row;
  const { rowKey } = vacatedRow ?? { rowKey: vacancy?.rowKey ?? row.rowKey };
  const detail = vacatedRow
    ? `The value of "${row.rowKey}" is vacant, but the row that has the sweep release it is damaged: ${detailOf(vacancy.problems)}`
    : `The value of "${row.rowKey}" is vacant, but the row that has the sweep release it is missing.`;
  const evidence = { [rowKey]: vacatedRow?.etag ?? null, [row.rowKey]: row.etag };
  return { code: 'VacancyMissing', rowKey, detail, evidence };
}

type Vacancy = {
  readonly id: string;
  readonly rowKey: string;
  readonly row: ReadRow | undefined;
  readonly isSound: boolean;
  readonly problems: readonly { readonly detail: string }[];
};

/** Looks up the `vacated|` row of a value; undefined if the value's row names none. */
function vacancyOf(row: ReadRow, rows: TenantRows['rows']): Vacancy | undefined {
  if (typeof row.vacatedBy !== 'string' || row.vacatedBy === '') return undefined;
  const id = row.vacatedBy;
  const rowKey = `vacated|${row.rowKey.slice('value|'.length)}|${id}`;
  const vacated = rows.vacated.get(rowKey);
  if (!vacated) return { id, rowKey, row: undefined, isSound: false, problems: [] };
  const problems = columnProblems(vacated, {
    value: { may: (value) => isValueOf(value, row.rowKey), says: 'the value of the key' },
    operationId: { is: id },
    fromSourceAnchor: text,
    fromDisplayName: text,
    at: time,
  });
  return { id, rowKey, row: vacated, isSound: problems.length === 0, problems };
}

function isValueOf(value: unknown, rowKey: string): boolean {
  return typeof value === 'string' && value.includes('|') && valueRowKey(valueOfStored(value)) === rowKey;
}

function vacancyRow(key: ValueKey, { repairId, now }: RepairStamp): Row {
  return vacancyToRow({ key, runId: repairId, from: null, at: now });
}
