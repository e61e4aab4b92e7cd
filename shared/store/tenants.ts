/** Tenants: one row each, all in one partition of their own table. */
import { odata, type TableClient } from '@azure/data-tables';
import type { PlaceholderSeparator } from '../directory/placeholder.ts';
import { isRowNotFound, storageErrorCode } from './table.ts';

/** One directory: its initial domain, who gets its mails and when, and how its placeholders are written. */
export type Tenant = {
  readonly tenantId: string;
  readonly initialDomain: string;
  readonly displayName: string | null;
  readonly recipients: readonly string[];
  readonly placeholderSeparator: PlaceholderSeparator;
  /** The name of the time zone that the Monday mail goes by, such as `Europe/Berlin`. */
  readonly mailTimeZone: string;
  /** From which hour on the Monday mail is sent, 0 to 23. */
  readonly mailHour: number;
};

type TenantRow = {
  readonly rowKey: string;
  readonly initialDomain: string;
  readonly displayName: string;
  readonly recipients: string;
  readonly placeholderSeparator: string;
  // A row that was written before there were these settings has none.
  readonly mailTimeZone?: string;
  readonly mailHour?: number;
};

const partitionKey = 'tenant';

/** Reads a tenant; undefined where there is none. */
export async function readTenant(table: TableClient, tenantId: string): Promise<Tenant | undefined> {
  try {
    return fromRow(await table.getEntity<TenantRow>(partitionKey, tenantId));
  } catch (error) {
    if (isRowNotFound(error)) return undefined;
    throw error;
  }
}

/** Writes a tenant; tells whether it is new. */
export async function writeTenant(table: TableClient, tenant: Tenant): Promise<'created' | 'updated'> {
  const row = { partitionKey, ...toRow(tenant) };
  try {
    await table.createEntity(row);
    return 'created';
  } catch (error) {
    if (storageErrorCode(error) !== 'EntityAlreadyExists') throw error;
    await table.updateEntity(row, 'Merge');
    return 'updated';
  }
}

/** A page of tenants in the order of their ids, and the id after which the next page begins. */
export type TenantPage = { readonly tenants: readonly Tenant[]; readonly next: string | undefined };

/** Reads a page of tenants, beginning after an id. */
export async function readTenants(table: TableClient, after: string, pageSize: number): Promise<TenantPage> {
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey gt ${after}`;
  const pages = table.listEntities<TenantRow>({ queryOptions: { filter } }).byPage({ maxPageSize: pageSize });
  for await (const page of pages) {
    const tenants = page.map(fromRow);
    return { tenants, next: page.continuationToken ? tenants.at(-1)?.tenantId : undefined };
  }
  return { tenants: [], next: undefined };
}

function toRow({ tenantId, displayName, recipients, ...rest }: Tenant): TenantRow {
  return { rowKey: tenantId, displayName: displayName ?? '', recipients: JSON.stringify(recipients), ...rest };
}

function fromRow(row: TenantRow): Tenant {
  return {
    tenantId: row.rowKey,
    initialDomain: row.initialDomain,
    displayName: row.displayName || null,
    recipients: JSON.parse(row.recipients) as string[],
    placeholderSeparator: row.placeholderSeparator as PlaceholderSeparator,
    mailTimeZone: row.mailTimeZone ?? 'UTC',
    mailHour: row.mailHour ?? 8,
  };
}

/** Reads all tenants, page by page. */
export async function* allTenants(table: TableClient): AsyncGenerator<Tenant> {
  let after: string | undefined = '';
  while (after !== undefined) {
    const page: TenantPage = await readTenants(table, after, 1000);
    yield* page.tenants;
    after = page.next;
  }
}
