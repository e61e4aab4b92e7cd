/**
 * Deletes a tenant, with all that is known of it.
 *
 * It is marked first, on the ETag of its row: from then on every request for it is refused, and the deletion is completed,
 * by the same request again or by the next sweep, wherever it was cut off. Then its rows go, then its mails and links, and last
 * its own row, of which only stays how often the id was registered.
 *
 * An export or a sweep that began before the mark may still write. It is not stopped: that would cost a condition, and a
 * row, in every transaction there is. It writes to the partition of this registration, and no later one of the same id has
 * that partition; what it writes is removed by a sweep after the longest time that a function may run.
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

/** How far it has come: `deleting` where the time was up before all rows were removed. */
export type Deletion = { readonly status: 'deleted' | 'deleting' };

/** An HTTP request is answered within 230 seconds, and a sweep has other tenants to go to. */
const longestMs = 120_000;

/** Longer than `functionTimeout` in host.json lets a function run, and clocks may differ. */
export const graceMs = 15 * 60_000;

/** Deletes a tenant, as far as two minutes suffice. Throws `TenantNotFound` where there is none. */
export async function deleteTenant(services: Services, tenantId: string): Promise<Deletion> {
  const table = await services.storage.tenants();
  const tenant = tenantIdForm.test(tenantId) ? await markDeleting(table, tenantId, services.now()) : undefined;
  if (!tenant) throw tenantNotFound(tenantId);
  return completeDeletion(services, tenant);
}

/** Goes on with a deletion that has begun. Safe to be done twice at once, and again after any failure. */
export async function completeDeletion(services: Services, tenant: Tenant): Promise<Deletion> {
  const { registrationId } = tenant;
  if (!(await removeAll(services, registrationId))) return { status: 'deleting' };
  const table = await services.storage.tenants();
  await noteRemovedRegistration(table, { registrationId, since: services.now().toISOString() });
  await markRemoved(table, tenant, services.now());
  return { status: 'deleted' };
}

/** Removes what was written for tenants after they were deleted, once nobody can write for them any more. */
export async function removeRemains(services: Services): Promise<void> {
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
