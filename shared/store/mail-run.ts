/** How the last run of the Monday mail ended: one row, beside the tenants. */
import type { TableClient } from '@azure/data-tables';
import { isRowNotFound } from './table.ts';

/**
 * How many tenants have which mail of the week, as the last run left it. `missed`: the mail of this week is not due yet,
 * or no more, and the last one was not sent.
 */
export type MailCounts = Readonly<
  Record<'sent' | 'noErrors' | 'noRecipients' | 'failed' | 'waiting' | 'sending' | 'missed' | 'notDue', number>
>;

/** The last run: counts, and what stopped it before its end, without anything of a tenant. Times in ISO 8601. */
export type MailRun = {
  readonly endedAt: string;
  readonly counts: MailCounts;
  readonly stoppedBy: string | null;
  /** The mail service has asked for no mail before this moment. */
  readonly notBefore: string | null;
};

const partitionKey = 'run';
const rowKey = 'sendMondayMail|outcome';
const noneMissed = { missed: 0 };

/** Reads how the last run ended; undefined before the first has. */
export async function readMailRun(table: TableClient): Promise<MailRun | undefined> {
  try {
    const { run } = await table.getEntity<{ run: string }>(partitionKey, rowKey);
    const { counts, ...rest } = JSON.parse(run) as MailRun;
    // A run of an earlier version did not count those that were missed.
    return { ...rest, counts: { ...noneMissed, ...counts } };
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}

/** Writes how a run ended. */
export async function writeMailRun(table: TableClient, run: MailRun): Promise<void> {
  await table.upsertEntity({ partitionKey, rowKey, run: JSON.stringify(run) }, 'Replace');
}
