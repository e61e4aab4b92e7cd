import pMap from 'p-map';
import type { DirectoryObject } from '../../shared/directory/objects.ts';
import type { Services } from '../../shared/services.ts';
import { errorToRow } from '../../shared/store/error-row.ts';
import type { Tenant } from '../../shared/store/tenant-row.ts';
import { group } from '../shared/directory/fixtures.ts';
import { exportNow, partitionOf } from './storage.ts';

const real = 100;

/**
 * Adds many errors to a tenant, fast: a hundred come from exports and are the first of the list, of the others there is
 * nothing but the row, which is all that lists and counts read.
 */
export async function seedErrors(services: Services, tenant: Tenant, count: number): Promise<void> {
  const alias = (n: number): string => `smtp:a${String(n).padStart(3, '0')}@contoso.com`;
  const numbers = Array.from({ length: real }, (_, n) => n);
  await exportNow(services, tenant, [group('holder', ...numbers.map(alias))]);
  await exportNow(
    services,
    tenant,
    numbers.map((n) => group(`waits${n}`, alias(n))),
  );
  const { table, partitionKey } = await partitionOf(services, tenant);
  const batches = Array.from({ length: (count - real) / 100 }, (_, batch) =>
    Array.from({ length: 100 }, (_unused, n) => errorRow(batch * 100 + n)),
  );
  await pMap(batches, (rows) => table.submitTransaction(rows.map((row) => ['create', { partitionKey, ...row }])), {
    concurrency: 4,
  });
}

function errorRow(n: number) {
  const address = `smtp:seeded${n}@contoso.com`;
  const object: DirectoryObject = {
    sourceAnchor: `seeded${n}`,
    objectId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    objectType: 'Group',
    exported: {
      displayName: `Seeded ${n}`,
      userPrincipalName: null,
      mail: null,
      proxyAddresses: [address],
      exchangeLicensed: false,
      attributes: {},
    },
    placeholder: null,
    quarantined: [{ propertyName: 'ProxyAddresses', propertyValue: address, whenStarted: '2026-11-16T08:00:00.000Z' }],
  };
  const [quarantined] = object.quarantined;
  if (!quarantined) throw new Error('A seeded object waits for a value');
  return errorToRow(object, quarantined);
}
