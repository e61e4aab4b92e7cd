/**
 * Links to the report of a tenant: one row each, in a partition of the table `Tenants` for each registration.
 *
 * A link opens the report only while its row exists; removing the row voids the link. Rows are created and removed but never
 * changed, so no write needs a condition.
 */
import { odata, type TableClient } from '@azure/data-tables';
import type { KeyRange } from './keys.ts';
import { type Partition, readPage, readPages, readRow } from './partition.ts';
import { removePartition, removeRows } from './remove-partition.ts';
import type { ReadRow } from './row.ts';
import { isRowNotFound, noCounts, storageErrorCode } from './table.ts';
import type { RegistrationId } from '../tenant-id.ts';

/** A link to a report, without the token that opens it. Times in ISO 8601. */
export type StoredLink = {
  readonly linkId: string;
  readonly madeAt: string;
  readonly expiresAt: string;
  /** `mail` for the link in a Monday mail, otherwise the caller who had it made. */
  readonly madeBy: string;
};

const rowsPerTransaction = 100;

/** The ids of links are UUIDs. */
const linkIdForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const allIds: KeyRange = { from: '0', below: 'g' };

function partitionOf(table: TableClient, registrationId: RegistrationId): Partition {
  return { table, partitionKey: `link|${registrationId}`, registrationId, counts: noCounts(), rowsPerTransaction };
}

/** Writes the row of a link; the caller must not hand out the link before. A repeated request does no harm. */
export async function writeLink(table: TableClient, registrationId: RegistrationId, link: StoredLink): Promise<void> {
  const { linkId: rowKey, madeAt, expiresAt, madeBy } = link;
  const { partitionKey } = partitionOf(table, registrationId);
  try {
    await table.createEntity({ partitionKey, rowKey, madeAt, expiresAt, madeBy });
  } catch (error) {
    // Ids are random: only an earlier try of this write can have created the row.
    if (storageErrorCode(error) !== 'EntityAlreadyExists') throw error;
  }
}

/** Reads a link; undefined if it was voided or never made. */
export async function readLink(
  table: TableClient,
  registrationId: RegistrationId,
  linkId: string,
): Promise<StoredLink | undefined> {
  if (!linkIdForm.test(linkId)) return undefined;
  const row = await readRow(partitionOf(table, registrationId), linkId);
  return row && fromRow(row);
}

/** A page of links, and the id after which the next page begins. */
type LinkPage = { readonly links: readonly StoredLink[]; readonly next: string | undefined };

/** Reads a page of the links that have not expired, in the order of their ids. */
export async function readLinks(
  table: TableClient,
  registrationId: RegistrationId,
  { now, ...page }: { readonly now: Date; readonly after: string | undefined; readonly pageSize: number },
): Promise<LinkPage> {
  const filter = odata`expiresAt gt ${now.toISOString()}`;
  const { rows, next } = await readPage(partitionOf(table, registrationId), allIds, { ...page, filter });
  return { links: rows.map(fromRow), next };
}

/** Removes a link; returns whether it existed. */
export async function removeLink(table: TableClient, registrationId: RegistrationId, linkId: string): Promise<boolean> {
  if (!linkIdForm.test(linkId)) return false;
  try {
    await table.deleteEntity(partitionOf(table, registrationId).partitionKey, linkId);
    return true;
  } catch (error) {
    if (isRowNotFound(error)) return false;
    throw error;
  }
}

/** Removes all links of a registration; returns how many there were. */
export async function removeLinks(table: TableClient, registrationId: RegistrationId): Promise<number> {
  const partition = partitionOf(table, registrationId);
  await removePartition(partition, () => false);
  return partition.counts.rowsWritten;
}

/** How many expired links one call removes at most. */
const mostRemoved = 10_000;

/** Removes up to 10,000 expired links. */
export async function removeExpiredLinks(table: TableClient, registrationId: RegistrationId, now: Date): Promise<void> {
  const partition = partitionOf(table, registrationId);
  const options = { filter: odata`expiresAt le ${now.toISOString()}`, select: ['RowKey'] };
  const expired: string[] = [];
  for await (const page of readPages(partition, allIds, options)) {
    expired.push(...page.map(({ rowKey }) => rowKey));
    if (expired.length >= mostRemoved) break;
  }
  await removeRows(partition, expired);
}

function fromRow(row: ReadRow): StoredLink {
  return {
    linkId: row.rowKey,
    madeAt: row.madeAt as string,
    expiresAt: row.expiresAt as string,
    madeBy: row.madeBy as string,
  };
}
