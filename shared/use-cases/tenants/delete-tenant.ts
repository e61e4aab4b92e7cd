/**
 * Deletes a tenant with all of its rows.
 *
 * The tenant is marked first, on the ETag of its row. From then on every request for it is refused. If the deletion is
 * interrupted, the same request or the next sweep continues it. The rows of the tenant are removed first, then its mails
 * and links. Of its own row, only the number of its registrations remains.
 *
 * An export or sweep that began before the mark may still write. Stopping it would cost a condition and a row in every
 * transaction. It writes to the partition of this registration, which no later registration of the same id uses. A sweep
 * removes these rows after the longest time that a function can run.
 */
import pMap from 'p-map';
import type { Services } from '../../services.ts';
import {
  forgetRemovedRegistration,
  noteRemovedRegistration,
  readRemovedRegistrations,
  type RemovedRegistration,
} from '../../store/removed-registrations.ts';
import { removeMails, removePartition } from '../../store/remove-partition.ts';
import { removeLinks } from '../../store/report-links.ts';
import { markDeleting, markRemoved } from '../../store/write-tenant.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { tenantIdForm, type RegistrationId } from '../../tenant-id.ts';
import { tenantNotFound } from '../../messages/refusals.ts';

/** The state of a deletion; `deleting` if the time ended before all rows were removed. */
export type Deletion = { readonly status: 'deleted' | 'deleting' };

/** An HTTP request must be answered within 230 seconds, and a sweep has other tenants to process. */
const longestMs = 120_000;

/** Longer than a function can run (`functionTimeout` in host.json), because clocks may differ. */
export const graceMs = 15 * 60_000;

/** Deletes a tenant, or as much of it as two minutes allow. Throws `TenantNotFound` if there is none. */
export async function deleteTenant(services: Services, tenantId: string): Promise<Deletion> {
  const table = await services.storage.tenants();
  const tenant = tenantIdForm.test(tenantId) ? await markDeleting(table, tenantId, services.now()) : undefined;
  if (!tenant) throw tenantNotFound(tenantId);
  return completeDeletion(services, tenant);
}

/** Continues a deletion. It can run twice at the same time, and again after any failure. */
export async function completeDeletion(services: Services, tenant: Tenant): Promise<Deletion> {
  const { registrationId } = tenant;
  if (!(await removeAll(services, registrationId))) return { status: 'deleting' };
  const table = await services.storage.tenants();
  await noteRemovedRegistration(table, { registrationId, since: services.now().toISOString() });
  await markRemoved(table, tenant, services.now());
  return { status: 'deleted' };
}

/** Removes the rows that were written after their tenant was deleted, once no function that could write them still runs. */
export async function removeLateRows(services: Services): Promise<void> {
  const table = await services.storage.tenants();
  await pMap(
    readRemovedRegistrations(table),
    async ({ registrationId, since }: RemovedRegistration) => {
      if (services.now().getTime() < Date.parse(since) + graceMs) return;
      if (await removeAll(services, registrationId)) await forgetRemovedRegistration(table, registrationId);
    },
    { concurrency: 1 },
  );
}

async function removeAll({ storage, now }: Services, registrationId: RegistrationId): Promise<boolean> {
  const until = now().getTime() + longestMs;
  const isOver = (): boolean => now().getTime() >= until;
  if (!(await removePartition(await storage.partition(registrationId), isOver))) return false;
  const table = await storage.tenants();
  await removeMails(table, registrationId);
  await removeLinks(table, registrationId);
  return true;
}
