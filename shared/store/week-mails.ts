/**
 * What became of the Monday mail: a row for each tenant and ISO week, beside the tenants.
 *
 * All rows of a week lie in one partition, so that a run sees with one request for each thousand tenants what is
 * settled. Every write is a creation, or depends on the ETag of what was read: of two runs at once, one gets it.
 */
import { odata, type TableClient } from '@azure/data-tables';
import { type Column, fromJsonColumns, jsonColumns } from './columns.ts';
import { isLostRace, isRowNotFound } from './table.ts';
import type { RegistrationId } from '../tenant-id.ts';

/**
 * - `sending`: a run has claimed it, and may have sent it in part or in full.
 * - `sent`: the mail service has accepted it for every recipient.
 * - `waiting`: nothing is wrong, a limit was reached; the next run goes on.
 * - `failed`: `error` says why, and `whatToDo` what comes of it.
 * - `noErrors`, `noRecipients`: there was nothing to say, or nobody to say it to.
 * - `missed`: it should have been sent, and was not before its week was over; `error` says why.
 */
export type WeekMailStatus = 'sending' | 'sent' | 'waiting' | 'failed' | 'noErrors' | 'noRecipients' | 'missed';

/** What a mail says. */
export type Letter = { readonly subject: string; readonly plainText: string; readonly html: string };

/**
 * Up to 50 recipients of a mail, who get it in one request to the mail service.
 *
 * `pending`: the service may have accepted it, or not; it is only ever sent again as it is, under the same id.
 */
export type Batch = {
  /** Its place among all batches that there ever were of this mail. */
  readonly number: number;
  readonly operationId: string;
  readonly to: readonly string[];
  readonly state: 'pending' | 'accepted' | 'refused';
};

/** What a run needs to know at a glance. Times in ISO 8601. */
export type WeekMailSummary = {
  /** The registration of the tenant that it is for. */
  readonly registrationId: RegistrationId;
  readonly week: string;
  readonly status: WeekMailStatus;
  /** Since when the status is so. */
  readonly at: string;
  /** While `sending`: until when it is left to the run that claimed it. */
  readonly leaseUntil: string | null;
  /** When the mail before this one was sent. */
  readonly previousSentAt: string | null;
  /** The sender and recipients for which the service has refused the mail: the same again would be refused again. */
  readonly refusedFor: string | null;
  /** Whether a part of it may have been sent, and nobody knows. */
  readonly isPending: boolean;
};

/** The mail of a tenant and week. `letter` is kept as long as a batch is pending, byte for byte as it was sent. */
export type WeekMail = Omit<WeekMailSummary, 'isPending'> & {
  readonly error: string | null;
  readonly whatToDo: string | null;
  readonly letter: Letter | null;
  readonly batches: readonly Batch[];
};

/** A mail as it is stored: `etag` is for writing it again. */
export type StoredWeekMail = WeekMail & WeekMailSummary & { readonly etag: string };

const summaryColumns = ['RowKey', 'week', 'status', 'at', 'leaseUntil', 'previousSentAt', 'refusedFor', 'isPending'];

/** Reads what is known of all mails of a week, by tenant. */
export async function readWeek(table: TableClient, week: string): Promise<ReadonlyMap<string, WeekMailSummary>> {
  const filter = odata`PartitionKey eq ${partitionKeyOf(week)}`;
  const summaries = new Map<string, WeekMailSummary>();
  for await (const row of table.listEntities({ queryOptions: { filter, select: summaryColumns } })) {
    const summary = summaryFromRow(row);
    summaries.set(summary.registrationId, summary);
  }
  return summaries;
}

/** Reads the mail of a tenant and week; undefined where there is none yet. */
export async function readWeekMail(
  table: TableClient,
  week: string,
  registrationId: RegistrationId,
): Promise<StoredWeekMail | undefined> {
  const row = await readRow(table, week, registrationId);
  if (!row) return undefined;
  return {
    ...summaryFromRow(row),
    error: textOf(row, 'error'),
    whatToDo: textOf(row, 'whatToDo'),
    letter: fromJsonColumns(row, 'letter') as Letter | null,
    batches: fromJsonColumns(row, 'batches') as Batch[],
    etag: row.etag as string,
  };
}

/**
 * Writes a mail: creates its row, or replaces what was read under `etag`. Gives the row's new ETag, or undefined where
 * somebody else was faster.
 */
export async function writeWeekMail(
  table: TableClient,
  mail: WeekMail,
  { etag, writeId }: { etag: string | undefined; writeId: string },
): Promise<string | undefined> {
  const row = toRow(mail, writeId);
  try {
    const written =
      etag === undefined ? await table.createEntity(row) : await table.updateEntity(row, 'Replace', { etag });
    return written.etag;
  } catch (error) {
    if (!isLostRace(error)) throw error;
  }
  // The one who was faster can be the same write, tried again after its answer was lost.
  const standing = await readRow(table, mail.week, mail.registrationId);
  return standing?.writeId === writeId ? (standing.etag as string) : undefined;
}

type Columns = Readonly<Record<string, unknown>>;

function partitionKeyOf(week: string): string {
  return `mail|${week}`;
}

async function readRow(table: TableClient, week: string, registrationId: RegistrationId): Promise<Columns | undefined> {
  try {
    return await table.getEntity(partitionKeyOf(week), registrationId);
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}

function toRow(mail: WeekMail, writeId: string): { partitionKey: string; rowKey: string } & Record<string, Column> {
  const { registrationId, letter, batches, ...rest } = mail;
  const columns = Object.entries(rest).filter(([, value]) => value !== null);
  return {
    partitionKey: partitionKeyOf(mail.week),
    rowKey: registrationId,
    ...Object.fromEntries(columns),
    ...jsonColumns('letter', letter),
    ...jsonColumns('batches', batches),
    isPending: batches.some(({ state }) => state === 'pending'),
    writeId,
  };
}

function summaryFromRow(row: Columns): WeekMailSummary {
  return {
    registrationId: row.rowKey as RegistrationId,
    week: row.week as string,
    status: row.status as WeekMailStatus,
    at: row.at as string,
    leaseUntil: textOf(row, 'leaseUntil'),
    previousSentAt: textOf(row, 'previousSentAt'),
    refusedFor: textOf(row, 'refusedFor'),
    isPending: row.isPending === true,
  };
}

function textOf(row: Columns, name: string): string | null {
  return typeof row[name] === 'string' ? row[name] : null;
}
