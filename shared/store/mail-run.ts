/** The outcome of the last run of the Monday mail: one row of the table `Tenants`. */
import type { TableClient } from '@azure/data-tables';
import { isRowNotFound } from './table.ts';

/**
 * The number of tenants by the status of their mail of the week. `missed`: the mail of this week is not due yet, or too
 * late, and the one before was not sent.
 */
export type MailCounts = Readonly<
  Record<'sent' | 'noErrors' | 'noRecipients' | 'failed' | 'waiting' | 'sending' | 'missed' | 'notDue', number>
>;

/** The last run: counts, and the reason if it stopped early. It names no tenant. Times in ISO 8601. */
export type MailRun = {
  readonly endedAt: string;
  readonly counts: MailCounts;
  readonly stoppedBy: string | null;
  /** The mail service accepts no mail before this moment. */
  readonly notBefore: string | null;
};

const partitionKey = 'run';
const rowKey = 'sendMondayMail|outcome';
const noneMissed = { missed: 0 };

/** Reads the outcome of the last run; undefined before the first run has ended. */
export async function readMailRun(table: TableClient): Promise<MailRun | undefined> {
  try {
    const { run } = await table.getEntity<{ run: string }>(partitionKey, rowKey);
    const { counts, ...rest } = JSON.parse(run) as MailRun;
    // An earlier version did not count missed mails.
    return { ...rest, counts: { ...noneMissed, ...counts } };
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}

/** Writes the outcome of a run. */
export async function writeMailRun(table: TableClient, run: MailRun): Promise<void> {
  await table.upsertEntity({ partitionKey, rowKey, run: JSON.stringify(run) }, 'Replace');
}
