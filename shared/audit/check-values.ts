/**
 * Checks the value rows against the objects that have the values or wait for them, and that the sweep is told of each
 * vacant one.
 */
import { vacancyToRow } from '../store/vacancy-row.ts';
import { valueToRow } from '../store/value-row.ts';
import type { ReadRow, Row } from '../store/row.ts';
import { valueOfStored, valueRowKey } from '../store/keys.ts';
import { isHeldAsPlaceholder } from '../directory/objects.ts';
import type { ValueKey } from '../directory/values.ts';
import { checkHolders, type RepairStamp } from './check-holders.ts';
import type { ExpectedValue, ExpectedRows } from './expected-rows.ts';
import { columnProblems, differences, text, time } from './column-rules.ts';
import { detailOf } from './damaged-row.ts';
import type { Finding } from './finding.ts';
import type { RowWrite } from '../store/submit-transaction.ts';
import type { TenantRows } from './tenant-rows.ts';

type Context = { readonly claims: ExpectedRows; readonly rows: TenantRows['rows']; readonly stamp: RepairStamp };

/** Gives the value rows that are missing, wrong or stray, and the vacant values that the sweep is not told of. */
export function checkValues(claims: ExpectedRows, { rows }: TenantRows, stamp: RepairStamp): readonly Finding[] {
  const context = { claims, rows, stamp };
  const findings: Finding[] = [];
  for (const [rowKey, claim] of claims.values) findings.push(...claimedFindings(rowKey, claim, context));
  for (const row of rows.value.values()) {
    if (!claims.values.has(row.rowKey)) findings.push(...unclaimedFindings(row, context));
  }
  return findings;
}

function claimedFindings(rowKey: string, claim: ExpectedValue, context: Context): readonly Finding[] {
  const { key, holders } = claim;
  const { claims, rows, stamp } = context;
  const row = rows.value.get(rowKey);
  const evidence = { [rowKey]: row?.etag ?? null };
  if (holders.length > 1) return checkHolders(claim, context);
  const waiting = claim.waiting + (claims.unreadableWaiting.get(rowKey) ?? 0);
  const holder = holders[0]?.sourceAnchor ?? unreadableHolder(row, claims);
  const vacancy = row && vacancyOf(row, rows);
  const isAnnounced = holder === null && vacancy?.isSound === true;
  const vacatedBy = holder !== null ? null : isAnnounced ? vacancy.id : stamp.repairId;
  const wanted = valueToRow(key, { holder, waiting, vacatedBy });
  const announce: RowWrite[] = holder === null && !isAnnounced ? [{ kind: 'create', row: vacancyRow(key, stamp) }] : [];
  const unannounce: RowWrite[] = vacancy?.row && !isAnnounced ? [{ kind: 'remove', rowKey: vacancy.row.rowKey }] : [];
  const write = (first: RowWrite): Finding['repair'] => {
    return { kind: 'write', touches: null, writes: [first, ...unannounce, ...announce] };
  };
  if (!row) {
    const who = holder === null ? `${waiting} objects wait for it` : `object "${holder}" has it`;
    const detail = `The value "${key}" has no row, and ${who}.`;
    return [{ code: 'ValueRowMissing', rowKey, detail, evidence, repair: write({ kind: 'create', row: wanted }) }];
  }
  const replace = write({ kind: 'replace', row: wanted, etag: row.etag });
  const { vacatedBy: _, ...known } = wanted;
  const unlike = differences(row, holder === null ? known : wanted);
  if (unlike.length > 0) {
    const detail = detailOf(unlike.map((one) => ({ detail: one })));
    return [{ code: 'ValueRowWrong', rowKey, detail, evidence, repair: replace }];
  }
  if (holder !== null) return awaitedPlaceholder(row, claim);
  return isAnnounced ? notSwept(row, claim, { vacancy, stamp }) : [{ ...notAnnounced(row, vacancy), repair: replace }];
}

/** A value that its holder has only as a placeholder, and that an earlier version let others wait for. */
function awaitedPlaceholder({ rowKey, etag }: ReadRow, { key, holders, waiting }: ExpectedValue): readonly Finding[] {
  const [holder] = holders;
  if (!holder || waiting === 0 || !isHeldAsPlaceholder(holder.object, key)) return [];
  const detail = `${waiting} objects wait for "${key}", which object "${holder.sourceAnchor}" has only as its placeholder.`;
  const evidence = { [rowKey]: etag, [holder.row.rowKey]: holder.row.etag };
  return [{ code: 'PlaceholderAwaited', rowKey, detail, evidence, repair: null }];
}

/** The storage says when the row was written, and the service when it swept: their clocks may differ by less than this. */
const mostSkewMs = 15 * 60_000;

/** A vacant value that objects wait for, and that was vacant before the last sweep. */
function notSwept(
  { rowKey, etag }: ReadRow,
  { key, waiting }: ExpectedValue,
  { vacancy, stamp }: { vacancy: Vacancy; stamp: RepairStamp },
): readonly Finding[] {
  const { lastSweepAt, now } = stamp;
  if (waiting === 0 || !lastSweepAt || lastSweepAt > now) return [];
  const since = String(vacancy.row?.timestamp);
  if (!(lastSweepAt.getTime() - Date.parse(since) > mostSkewMs)) return [];
  const detail = `"${key}" is vacant since ${since}, ${waiting} objects wait for it, and the sweep of ${lastSweepAt.toISOString()} did not release it.`;
  return [{ code: 'VacancyNotSwept', rowKey, detail, evidence: { [rowKey]: etag }, repair: null }];
}

/** An object that cannot be read may hold what its value's row says. */
function unreadableHolder(row: ReadRow | undefined, { unreadable }: ExpectedRows): string | null {
  const holder = row?.holder;
  return typeof holder === 'string' && unreadable.has(holder) ? holder : null;
}

function unclaimedFindings(row: ReadRow, { claims, rows }: Context): readonly Finding[] {
  const { rowKey, etag } = row;
  if (unreadableHolder(row, claims) !== null) return [];
  const waiting = claims.unreadableWaiting.get(rowKey) ?? 0;
  const unlike = differences(row, { rowKey, holder: '', waiting });
  const vacancy = vacancyOf(row, rows);
  if (unlike.length === 0 && vacancy?.isSound) return [];
  // With somebody who cannot be read waiting for it, its text is not known, and it must stay.
  const repair = waiting === 0 ? ({ kind: 'remove', rowKey, etag } as const) : null;
  if (unlike.length === 0) return [{ ...notAnnounced(row, vacancy), repair }];
  const detail = `Nobody has the value or waits for it: ${detailOf(unlike.map((one) => ({ detail: one })))}`;
  return [{ code: 'ValueRowStray', rowKey, detail, evidence: { [rowKey]: etag }, repair }];
}

function notAnnounced(row: ReadRow, vacancy: Vacancy | undefined): Omit<Finding, 'repair'> {
  const vacatedRow = vacancy?.row;
  const { rowKey } = vacatedRow ?? { rowKey: vacancy?.rowKey ?? row.rowKey };
  const detail = vacatedRow
    ? `The value of "${row.rowKey}" is vacant, and the row that says so to the sweep is damaged: ${detailOf(vacancy.problems)}`
    : `The value of "${row.rowKey}" is vacant, and no row says so to the sweep.`;
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

/** Looks up the row that tells the sweep of a vacant value; undefined where the value's row names none. */
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
