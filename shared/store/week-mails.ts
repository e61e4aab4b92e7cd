/**
 * The Monday mails: one row for each tenant and ISO week in the table `Tenants`.
 *
 * All rows of a week are in one partition, so a run reads the status of a thousand tenants with one request. Every write
 * creates a row or depends on the ETag that was read: if two runs write the same row at once, only one succeeds.
 */
import { odata, type TableClient } from '@azure/data-tables';
import { type Column, fromJsonColumns, jsonColumns } from './columns.ts';
import { textOrNull } from './row.ts';
import { isLostRace, isRowNotFound } from './table.ts';
import type { RegistrationId } from '../tenant-id.ts';

/**
 * - `sending`: a run is sending it; a part of it, or all of it, may be sent already.
 * - `sent`: the mail service has accepted it for every recipient.
 * - `waiting`: a limit of the mail service was reached; the next run goes on.
 * - `failed`: `error` has the reason, and `whatToDo` the next step.
 * - `noErrors`, `noRecipients`: there is nothing to report, or no recipient is registered.
 * - `missed`: it was not sent before its week was over; `error` has the reason.
 */
export type WeekMailStatus = 'sending' | 'sent' | 'waiting' | 'failed' | 'noErrors' | 'noRecipients' | 'missed';

/** The content of a mail. */
export type Letter = { readonly subject: string; readonly plainText: string; readonly html: string };

/**
 * Up to 50 recipients of a mail, in one request to the mail service.
 *
 * `pending`: it is not known whether the service accepted the request. It is repeated only unchanged, and under the same id.
 */
export type Batch = {
  /** Its number among all batches of this mail, including those that no longer exist. */
  readonly number: number;
  readonly operationId: string;
  readonly to: readonly string[];
  readonly state: 'pending' | 'accepted' | 'refused';
};

/** The columns that a run reads of all mails of a week. Times in ISO 8601. */
export type WeekMailSummary = {
  readonly registrationId: RegistrationId;
  readonly week: string;
  readonly status: WeekMailStatus;
  /** When the mail got this status. */
  readonly at: string;
  /** While `sending`: the moment until which no other run sends it. */
  readonly leaseUntil: string | null;
  /** When the previous mail was sent. */
  readonly previousSentAt: string | null;
  /** The sender and recipients that the service refused: a mail to the same ones would be refused again. */
  readonly refusedFor: string | null;
  /** Whether a batch is pending. */
  readonly isPending: boolean;
};

/** The mail of a tenant and week. `letter` stays, byte for byte as it was sent, until no batch is pending. */
export type WeekMail = Omit<WeekMailSummary, 'isPending'> & {
  readonly error: string | null;
  readonly whatToDo: string | null;
  readonly letter: Letter | null;
  readonly batches: readonly Batch[];
};

/** A stored mail, with the ETag that the next write depends on. */
export type StoredWeekMail = WeekMail & WeekMailSummary & { readonly etag: string };

const summaryColumns = ['RowKey', 'week', 'status', 'at', 'leaseUntil', 'previousSentAt', 'refusedFor', 'isPending'];

/** Reads all mails of a week, by registration. */
export async function readWeek(table: TableClient, week: string): Promise<ReadonlyMap<string, WeekMailSummary>> {
  const filter = odata`PartitionKey eq ${partitionKeyOf(week)}`;
  const summaries = new Map<string, WeekMailSummary>();
  for await (const row of table.listEntities({ queryOptions: { filter, select: summaryColumns } })) {
    const summary = summaryFromRow(row);
    summaries.set(summary.registrationId, summary);
  }
  return summaries;
}

/** Reads the mail of a tenant and week; undefined if there is none yet. */
export async function readWeekMail(
  table: TableClient,
  week: string,
  registrationId: RegistrationId,
): Promise<StoredWeekMail | undefined> {
  const row = await readRow(table, week, registrationId);
  if (!row) return undefined;
  return {
    ...summaryFromRow(row),
    error: textOrNull(row.error),
    whatToDo: textOrNull(row.whatToDo),
    letter: fromJsonColumns(row, 'letter') as Letter | null,
    batches: fromJsonColumns(row, 'batches') as Batch[],
    etag: row.etag as string,
  };
}

/**
 * Writes a mail: creates its row, or replaces the row with the given ETag. Returns the new ETag, or undefined if another run
 * was faster.
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
  // The faster write can be an earlier try of this one whose answer was lost.
  const stored = await readRow(table, mail.week, mail.registrationId);
  return stored?.writeId === writeId ? (stored.etag as string) : undefined;
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
    leaseUntil: textOrNull(row.leaseUntil),
    previousSentAt: textOrNull(row.previousSentAt),
    refusedFor: textOrNull(row.refusedFor),
    isPending: row.isPending === true,
  };
}
