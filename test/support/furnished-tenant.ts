import { readSummary } from '../../shared/use-cases/queries/read-summary.ts';
import { removeExpired } from '../../shared/use-cases/sweep/remove-expired.ts';
import { sweepTenant } from '../../shared/use-cases/sweep/sweep-tenant.ts';
import type { Services } from '../../shared/services.ts';
import type { Partition } from '../../shared/store/partition.ts';
import type { Tenant } from '../../shared/store/tenant-row.ts';
import { contact, group, remove, update, user } from '../shared/directory/fixtures.ts';
import { exportNow, newTenant } from './storage.ts';

const long = `smtp:${'l'.repeat(230)}@contoso.com`;

/**
 * Makes a tenant that has a row of every kind, in every state that it can be in: objects whole and deleted, values held,
 * waited for, vacant and vacant with an object waiting, a failure, a partly removed history, a summary that
 * counts.
 */
export async function furnishedTenant(
  services: Services,
  tenant = newTenant(),
): Promise<{ tenant: Tenant; partition: Partition }> {
  const monday = new Date('2026-11-16T08:00:00.000Z').getTime();
  const at = (hour: number): Services => ({ ...services, now: () => new Date(monday + hour * 3_600_000) });
  const longAgo = -24 * (tenant.retentionDays + 2);
  await exportNow(at(longAgo), tenant, [
    group('elder', 'smtp:elder@contoso.com'),
    contact('ann', 'smtp:elder@contoso.com'),
  ]);
  await removeExpired(services, tenant, new Date(monday));
  await exportNow(at(0), tenant, [
    user('joe', { userPrincipalName: 'joe@contoso.com', proxyAddresses: ['SMTP:joe@contoso.com', 'X500:/o=Contoso'] }),
    user('twin', { userPrincipalName: 'Joe@contoso.com', proxyAddresses: ['smtp:twin@contoso.com'] }),
    group('sales', 'SMTP:sales@contoso.com', long),
    group('leaver', 'smtp:left@contoso.com', 'smtp:wanted@contoso.com', 'smtp:once@contoso.com'),
    contact('zoe', 'smtp:Sales@contoso.com', 'smtp:wanted@contoso.com', 'smtp:once@contoso.com'),
    contact('max', long),
  ]);
  await exportNow(at(1), tenant, [
    update('leaver', { proxyAddresses: ['smtp:left@contoso.com', 'smtp:wanted@contoso.com'] }),
  ]);
  await sweepTenant(at(2), tenant.registrationId);
  await exportNow(at(2), tenant, [update('zoe', { displayName: 'Zoe' })]);
  await exportNow(at(3), tenant, [remove('leaver'), group('clash', 'X500:/o=Contoso')]);
  const partition = await services.storage.partition(tenant.registrationId);
  await readSummary(partition, new Date(monday + 4 * 3_600_000));
  return { tenant, partition };
}
