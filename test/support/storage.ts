import { inject } from 'vitest';
import { parseExport } from '../../shared/http/parse-body.ts';
import { processExport, type ProcessedExport } from '../../shared/use-cases/export/process-export.ts';
import { makeServices, type Services } from '../../shared/services.ts';
import { openStorage, type Storage } from '../../shared/store/storage.ts';
import { storageErrorCode } from '../../shared/store/table.ts';
import type { Partition } from '../../shared/store/partition.ts';
import { type Tenant, writeTenant } from '../../shared/store/tenants.ts';
import { registrationIdOf } from '../../shared/tenant-id.ts';

/** The settings that every start needs, beside the storage. */
export const settings = {
  SWEEP_SCHEDULE: '0 0 * * * *',
  MONDAY_MAIL_SCHEDULE: '0 0 * * * 0-2',
  // Nothing listens there: a test that mails names a mailbox of its own.
  COMMUNICATION_SERVICES_CONNECTION_STRING: 'endpoint=http://127.0.0.1:9/;accesskey=bm9uZQ==',
  MAIL_SENDER_ADDRESS: 'sync@contoso.com',
  REPORT_BASE_URL: 'http://localhost:7071',
  REPORT_LINK_KEY: 'a key for tests, of more than 32 bytes',
};

/** The services on the Azurite of this run, without a functions host. */
export function servicesHere(
  connectionString = inject('connectionString'),
  environment: Readonly<Record<string, string>> = {},
): Services {
  return makeServices({ ...settings, AzureWebJobsStorage: connectionString, ...environment });
}

/** The services on a storage account whose failures are not tried again: one request of ours is one on the wire. */
export function servicesWithoutRetries(connectionString: string): Services {
  return { ...servicesHere(connectionString), storage: openStorage({ connectionString, maxRetries: 0 }) };
}

let tenants = 0;

/**
 * A tenant of its own for a test, as if its id had been registered, deleted and registered again: the id of the
 * registration differs from that of the tenant. Use cases take the tenant as an argument, so nothing is written.
 */
export function newTenant(rest: Partial<Tenant> = {}): Tenant {
  const tenantId = rest.tenantId ?? `s${process.pid}-${Date.now()}-${++tenants}`;
  return {
    initialDomain: 'contoso.onmicrosoft.com',
    displayName: null,
    recipients: [],
    placeholderSeparator: '+',
    mailTimeZone: 'UTC',
    mailHour: 8,
    accidentalDeletionThreshold: 500,
    registeredAt: null,
    retentionDays: 400,
    refusedExport: null,
    placeholderRenewal: null,
    deletingSince: null,
    ...rest,
    tenantId,
    registrationId: registrationIdOf(tenantId, 2),
  };
}

/** Processes operations as the HTTP function does. */
export function exportNow(
  services: Services,
  tenant: Tenant,
  operations: readonly unknown[],
): Promise<ProcessedExport> {
  return processExport(services, tenant, parseExport({ operations }));
}

/** Registers a tenant as {@link newTenant} made it; if its id was registered before, once more. */
export async function register({ storage, now }: Services, tenant: Tenant, moment = now()): Promise<Tenant> {
  await writeEarlierRegistration(storage, tenant.tenantId);
  return (await writeTenant(await storage.tenants(), tenant, moment)).tenant;
}

/** Writes the row that a deleted registration leaves, unless the id has a row: its next registration is the second. */
export async function writeEarlierRegistration(storage: Storage, tenantId: string): Promise<void> {
  const removedAt = new Date(0).toISOString();
  const table = await storage.tenants();
  const removed = { partitionKey: 'tenant', rowKey: tenantId, generation: 1, removedAt };
  await table.createEntity(removed).catch((error: unknown) => {
    if (storageErrorCode(error) !== 'EntityAlreadyExists') throw error;
  });
}

/** Returns a tenant's partition, for reading its rows. */
export function partitionOf(services: Services, { registrationId }: Tenant): Promise<Partition> {
  return services.storage.partition(registrationId);
}
