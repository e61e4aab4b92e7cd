import { beforeAll, describe, expect, it } from 'vitest';
import { errorsToCsv } from '../../../../shared/views/errors-to-csv.ts';
import { type ErrorQuery, findAllErrors, findErrors } from '../../../../shared/use-cases/queries/find-errors.ts';
import { findObjectsWithErrors } from '../../../../shared/use-cases/queries/find-objects-with-errors.ts';
import type { Services } from '../../../../shared/services.ts';
import { readPages } from '../../../../shared/store/partition.ts';
import { keysFrom } from '../../../../shared/store/keys.ts';
import { countRequests, noCounts, type StorageCounts } from '../../../../shared/store/table.ts';
import { contact, group } from '../../directory/fixtures.ts';
import { exportNow, newTenant, servicesHere } from '../../../support/storage.ts';

const tenant = newTenant();
const errorCount = 20_000;
let services: Services;

beforeAll(async () => {
  services = servicesHere();
  // Ten contacts wait for each of 2,000 values, and a single group waits for one more value.
  const addresses = Array.from({ length: 2_000 }, (_, number) => `smtp:v${number}@contoso.com`);
  await exportNow(services, tenant, [...addresses.map((address, number) => group(`holder${number}`, address))]);
  const waiters = Array.from({ length: errorCount }, (_, number) =>
    contact(`waiter${number}`, addresses[number % 2_000] ?? ''),
  );
  await exportNow(services, tenant, waiters);
  await exportNow(services, tenant, [group('lone', 'smtp:lone@contoso.com')]);
  await exportNow(services, tenant, [group('lonely', 'smtp:Lone@contoso.com')]);
}, 120_000);

/** Counts the requests and rows that a piece of work reads. */
async function counted<T>(
  work: (counts: StorageCounts) => Promise<T>,
): Promise<StorageCounts & { readonly result: T }> {
  const counts = noCounts();
  const result = await countRequests(counts, () => work(counts));
  return { ...counts, result };
}

const find = (query: ErrorQuery, pageSize = 100) =>
  counted(async (counts) =>
    findErrors(await services.storage.partition(tenant.registrationId, counts), query, { pageSize }),
  );

describe('findErrors() among 20,001 errors', () => {
  it('has that many errors to search', async () => {
    const partition = await services.storage.partition(tenant.registrationId);
    let rows = 0;
    for await (const page of readPages(partition, keysFrom('error|'), { select: ['RowKey'] })) rows += page.length;
    expect(rows).toBe(errorCount + 1);
  });

  it('finds one value with one request for the errors, and two for its holder', async () => {
    const { result, requests, rowsRead } = await find({
      propertyName: 'ProxyAddresses',
      propertyValue: 'LONE@contoso.com',
    });
    expect(result.errors).toMatchObject([{ object: { sourceAnchor: 'lonely' }, heldBy: { sourceAnchor: 'lone' } }]);
    expect({ requests, rowsRead }).toEqual({ requests: 3, rowsRead: 3 });
  });

  it('finds with one request that no object waits for a value', async () => {
    const { result, requests } = await find({ propertyName: 'ProxyAddresses', propertyValue: 'none@contoso.com' });
    expect(result.errors).toEqual([]);
    expect(requests).toBe(1);
  });

  it('finds all objects that wait for a value with one request, and reads their holder once', async () => {
    const { result, requests } = await find({ propertyName: 'ProxyAddresses', propertyValue: 'v7@contoso.com' });
    expect(result.errors).toHaveLength(10);
    expect(requests).toBe(3);
  });

  it('reads the rows of the page, one row of the next page, and the holders', async () => {
    const { result, rowsRead } = await find({ propertyName: 'ProxyAddresses' }, 50);
    const values = new Set(result.errors.map(({ propertyValue }) => propertyValue.toLowerCase())).size;
    expect(result.errors).toHaveLength(50);
    expect(rowsRead).toBe(51 + 2 * values);
  });

  it('reads each error row once for a search, a thousand in each request', async () => {
    const { result, requests, rowsRead } = await find({ searchString: 'LONELY' });
    expect(result.errors).toMatchObject([{ object: { sourceAnchor: 'lonely' } }]);
    expect(rowsRead).toBe(errorCount + 1 + 2);
    expect(requests).toBe(21 + 2);
  });

  it('stops reading when a search has filled the page', async () => {
    const { result, rowsRead } = await find({ searchString: 'waiter' }, 10);
    expect(result.errors).toHaveLength(10);
    expect(rowsRead).toBeLessThan(1_100);
  });

  it('leaves other rows unread in a search for objects of a type with errors', async () => {
    const { result, requests, rowsRead } = await counted(async (counts) =>
      findObjectsWithErrors(
        await services.storage.partition(tenant.registrationId, counts),
        { objectType: 'Group', properties: ['ProxyAddresses'] },
        { after: undefined, pageSize: 10 },
      ),
    );
    expect(result.objects.map(({ sourceAnchor }) => sourceAnchor)).toEqual(['lonely']);
    expect(result.total).toBe(1);
    expect(rowsRead).toBe(2);
    expect(requests).toBeLessThan(25);
  });
});

describe('findAllErrors() among 20,001 errors', () => {
  it('yields batches of a thousand, with about two requests for each value', async () => {
    const largest: number[] = [];
    const { requests } = await counted(async (counts) => {
      const partition = await services.storage.partition(tenant.registrationId, counts);
      for await (const text of errorsToCsv(findAllErrors(partition, {}))) largest.push(text.split('\r\n').length - 1);
    });
    expect(largest.reduce((sum, lines) => sum + lines)).toBe(errorCount + 2);
    expect(Math.max(...largest)).toBe(1_001);
    // 21 requests for the errors; a value with errors in two batches is looked up twice.
    expect(requests).toBeLessThan(21 + 2 * 2_001 + 2 * 21);
  });

  it.each(['ascending', 'descending'] as const)('yields the first errors in %s order', async (sortDirection) => {
    const partition = await services.storage.partition(tenant.registrationId);
    const query: ErrorQuery = { sortField: 'displayName', sortDirection };
    const found = [];
    for await (const batch of findAllErrors(partition, query, { maxResults: 3 })) found.push(...batch);
    const page = await findErrors(partition, query, { pageSize: 3 });
    expect(found).toEqual(page.errors);
    expect(found).toHaveLength(3);
    expect(page.total).toBe(errorCount + 1);
  });
});
