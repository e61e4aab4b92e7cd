/** Finds provisioning errors in pages, as `Get-MsolDirSyncProvisioningError` did. */
import { type PropertyName, quarantinedKey } from '../../directory/objects.ts';
import type { ProvisioningError } from '../../directory/provisioning-error.ts';
import { fold, proxyAddressKey, smtpKey, upnKey, type ValueKey } from '../../directory/values.ts';
import { errorPrefix, type KeyRange, keysAfter, keysFrom } from '../../store/keys.ts';
import { type Partition, readPage, readPages } from '../../store/partition.ts';
import { type SearchedError, searchedErrorFromRow } from '../../store/error-row.ts';
import { errorOf, findHolders } from './find-holders.ts';
import { tooManyToSort } from '../../messages/refusals.ts';

export const sortFields = ['displayName', 'userPrincipalName', 'whenStarted'] as const;
export type SortField = (typeof sortFields)[number];

/** The errors to find, and their order. Without `sortField` they are in the order of their rows: by property, then value. */
export type ErrorQuery = {
  readonly propertyName?: PropertyName | undefined;
  /** Only with `propertyName`. In any letter case; an address with or without its `smtp:`. */
  readonly propertyValue?: string | undefined;
  /** A part of a display name, UPN, address or quarantined value, in any letter case. */
  readonly searchString?: string | undefined;
  readonly objectType?: ProvisioningError['object']['objectType'] | undefined;
  readonly sortField?: SortField | undefined;
  readonly sortDirection?: 'ascending' | 'descending' | undefined;
};

/** The position after which the next page begins. `sortValue` is set only if the errors are sorted. */
export type ErrorPosition = { readonly rowKey: string; readonly sortValue?: string };

/** A page of errors. `total` is the number of all errors of the query, if the search counted them anyway. */
export type ErrorPage = {
  readonly errors: readonly ProvisioningError[];
  readonly next: ErrorPosition | undefined;
  readonly total?: number;
};

/**
 * Finds a page of errors.
 *
 * A query by property or value reads only the rows of the page. A search or a sort reads all rows in the range of the query.
 * Pages are stable while exports run: each begins after the last row of the previous page, so an error that exists
 * throughout is neither repeated nor left out.
 */
export async function findErrors(
  partition: Partition,
  query: ErrorQuery,
  { after, pageSize }: { after?: ErrorPosition | undefined; pageSize: number },
): Promise<ErrorPage> {
  if (query.sortField) return sortedPage(partition, query, { after, pageSize });
  if (query.searchString ?? query.objectType) return filteredPage(partition, query, { after, pageSize });
  const { rows, next } = await readPage(partition, rangeOf(query), { after: after?.rowKey, pageSize });
  return {
    errors: await withHolders(partition, rows.map(searchedErrorFromRow)),
    next: next ? { rowKey: next } : undefined,
  };
}

/** Finds all errors of a query, or the first `maxResults` of them, in batches, in the order of the query. */
export async function* findAllErrors(
  partition: Partition,
  query: ErrorQuery,
  { maxResults = Infinity }: { maxResults?: number | undefined } = {},
): AsyncGenerator<readonly ProvisioningError[]> {
  let left = maxResults;
  for await (const batch of query.sortField ? sortedBatches(partition, query, maxResults) : batches(partition, query)) {
    const taken = batch.slice(0, left);
    if (taken.length > 0) yield await withHolders(partition, taken);
    left -= taken.length;
    if (left === 0) return;
  }
}

async function* batches(partition: Partition, query: ErrorQuery): AsyncGenerator<readonly SearchedError[]> {
  for await (const page of readPages(partition, rangeOf(query)))
    yield page.map(searchedErrorFromRow).filter(matching(query));
}

async function* sortedBatches(
  partition: Partition,
  query: ErrorQuery,
  most: number,
): AsyncGenerator<readonly FoundError[]> {
  const { found } = await readSorted(partition, query, { most: Math.min(most, mostSorted + 1) });
  if (found.length > mostSorted) throw tooManyToSort(mostSorted);
  for (let start = 0; start < found.length; start += rowsPerBatch) yield found.slice(start, start + rowsPerBatch);
}

const rowsPerBatch = 1000;

/** The most errors that are sorted in memory for one file. */
const mostSorted = 300_000;

/** Returns the range of rows that contains the errors of a query. */
function rangeOf({ propertyName, propertyValue }: ErrorQuery): KeyRange {
  if (!propertyName) return keysFrom('error|');
  if (propertyValue === undefined) return keysFrom(`error|${propertyName}|`);
  return keysFrom(errorPrefix(valueOf(propertyName, propertyValue)));
}

function valueOf(propertyName: PropertyName, propertyValue: string): ValueKey {
  if (propertyName === 'UserPrincipalName') return upnKey(propertyValue);
  return propertyValue.includes(':') ? proxyAddressKey(propertyValue) : smtpKey(propertyValue);
}

function matching({ searchString, objectType }: ErrorQuery): (error: SearchedError) => boolean {
  const sought = searchString === undefined ? undefined : fold(searchString);
  return ({ object, quarantined, proxyAddresses }) => {
    if (objectType && object.objectType !== objectType) return false;
    if (!sought) return true;
    const texts = [object.displayName, object.userPrincipalName, quarantined.propertyValue, ...proxyAddresses];
    return texts.some((text) => text !== null && fold(text).includes(sought));
  };
}

type PageOf = { readonly after?: ErrorPosition | undefined; readonly pageSize: number };

/** Reads rows until the page is full. */
async function filteredPage(partition: Partition, query: ErrorQuery, { after, pageSize }: PageOf): Promise<ErrorPage> {
  const range = rangeOf(query);
  const found: FoundError[] = [];
  for await (const page of readPages(partition, after ? keysAfter(after.rowKey, range) : range)) {
    for (const { proxyAddresses: _, ...error } of page.map(searchedErrorFromRow).filter(matching(query)))
      found.push(error);
    if (found.length > pageSize) break;
  }
  return pageOf(partition, found, { pageSize, positionOf: ({ rowKey }) => ({ rowKey }) });
}

async function sortedPage(partition: Partition, query: ErrorQuery, { after, pageSize }: PageOf): Promise<ErrorPage> {
  const { positionOf } = orderOf(query);
  const { found, total } = await readSorted(partition, query, { after, most: pageSize + 1 });
  return { ...(await pageOf(partition, found, { pageSize, positionOf })), total };
}

/** A found error, without the addresses that only the search needs. */
type FoundError = Omit<SearchedError, 'proxyAddresses'>;

type Placed = { readonly error: FoundError; readonly position: ErrorPosition };

/** The most errors that are collected beyond the requested number before the rest is dropped. */
const slack = 10_000;

/** Reads all errors of a query and sorts them; keeps the first `most` after a position. */
async function readSorted(
  partition: Partition,
  query: ErrorQuery,
  { after, most }: { after?: ErrorPosition | undefined; most: number },
): Promise<{ readonly found: readonly FoundError[]; readonly total: number }> {
  const { positionOf, inOrder } = orderOf(query);
  const first = (placed: readonly Placed[]): Placed[] =>
    placed.toSorted((left, right) => inOrder(left.position, right.position)).slice(0, most);
  let kept: Placed[] = [];
  let total = 0;
  for await (const batch of batches(partition, query)) {
    for (const { proxyAddresses: _, ...error } of batch) {
      const position = positionOf(error);
      total++;
      if (!after || inOrder(after, position) < 0) kept.push({ error, position });
    }
    if (kept.length > most + slack) kept = first(kept);
  }
  return { found: first(kept).map(({ error }) => error), total };
}

type Order = {
  readonly positionOf: (error: FoundError) => ErrorPosition;
  readonly inOrder: (left: ErrorPosition, right: ErrorPosition) => number;
};

function orderOf({ sortField = 'whenStarted', sortDirection }: ErrorQuery): Order {
  const sign = sortDirection === 'descending' ? -1 : 1;
  return {
    positionOf: (error) => ({ rowKey: error.rowKey, sortValue: sortValueOf(error, sortField) }),
    inOrder: (left, right) => sign * compare(left, right),
  };
}

function sortValueOf({ object, quarantined }: FoundError, field: SortField): string {
  if (field === 'whenStarted') return quarantined.whenStarted;
  return (object[field] ?? '').toLowerCase();
}

/** Compares by the sorted field, then by the row key, so no two errors are equal. */
function compare(left: ErrorPosition, right: ErrorPosition): number {
  const [one, other] = [left.sortValue ?? '', right.sortValue ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  if (left.rowKey === right.rowKey) return 0;
  return left.rowKey < right.rowKey ? -1 : 1;
}

async function pageOf(
  partition: Partition,
  found: readonly FoundError[],
  { pageSize, positionOf }: { pageSize: number; positionOf: (error: FoundError) => ErrorPosition },
): Promise<ErrorPage> {
  const page = found.slice(0, pageSize);
  const last = page.at(-1);
  const next = last && found.length > pageSize ? positionOf(last) : undefined;
  return { errors: await withHolders(partition, page), next };
}

/** Adds the holders to a page of errors; each holder is read once. */
async function withHolders(partition: Partition, page: readonly FoundError[]): Promise<readonly ProvisioningError[]> {
  const holderOf = await findHolders(partition, new Set(page.map(({ quarantined }) => quarantinedKey(quarantined))));
  return page.map(({ object, quarantined }) => errorOf(object, quarantined, holderOf));
}
