/** Finds provisioning errors: what `Get-MsolDirSyncProvisioningError` answered, in pages. */
import type { PropertyName } from '../directory/objects.ts';
import { quarantinedKey } from '../directory/objects.ts';
import type { ProvisioningError } from '../directory/provisioning-errors.ts';
import { proxyAddressKey, smtpKey, upnKey, type ValueKey } from '../directory/values.ts';
import { errorPrefix, type KeyRange, keysFrom } from '../store/keys.ts';
import { type Partition, readPage, readPages } from '../store/partition.ts';
import { type ErrorRow, errorRowFrom } from '../store/rows.ts';
import { errorOf, findHolders } from './find-holders.ts';

export const sortFields = ['displayName', 'userPrincipalName', 'whenStarted'] as const;
export type SortField = (typeof sortFields)[number];

/** Which errors to find, and in which order; without `sortField` in that of their rows: by property, then value. */
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

/** Where a page ended: the next one begins after it. `sortValue` only where the errors are sorted. */
export type ErrorPosition = { readonly rowKey: string; readonly sortValue?: string };

/** A page of errors; `total` is how many there are in all, where that was found on the way. */
export type ErrorPage = {
  readonly errors: readonly ProvisioningError[];
  readonly next: ErrorPosition | undefined;
  readonly total?: number;
};

/**
 * Finds a page of errors.
 *
 * By property, and by value, it is a range read of the page's rows alone. A search or a sort reads the rows of all
 * errors in the range, and no others. Stable while exports go on: each page begins after the last row of the one
 * before, so that what stood throughout is neither repeated nor left out.
 */
export async function findErrors(
  partition: Partition,
  query: ErrorQuery,
  { after, pageSize }: { after?: ErrorPosition | undefined; pageSize: number },
): Promise<ErrorPage> {
  if (query.sortField) return sortedPage(partition, query, { after, pageSize });
  if (query.searchString || query.objectType) return filteredPage(partition, query, { after, pageSize });
  const { rows, next } = await readPage(partition, rangeOf(query), { after: after?.rowKey, pageSize });
  return { errors: await withHolders(partition, rows.map(errorRowFrom)), next: next ? { rowKey: next } : undefined };
}

/** Finds all errors of a query, in batches, in the order of their rows. */
export async function* findAllErrors(
  partition: Partition,
  query: ErrorQuery,
): AsyncGenerator<readonly ProvisioningError[]> {
  for await (const page of readPages(partition, rangeOf(query))) {
    yield await withHolders(partition, page.map(errorRowFrom).filter(matching(query)));
  }
}

/** Gives the range of rows in which the errors of a query lie. */
function rangeOf({ propertyName, propertyValue }: ErrorQuery): KeyRange {
  if (!propertyName) return keysFrom('error|');
  if (propertyValue === undefined) return keysFrom(`error|${propertyName}|`);
  return keysFrom(errorPrefix(valueOf(propertyName, propertyValue)));
}

function valueOf(propertyName: PropertyName, propertyValue: string): ValueKey {
  if (propertyName === 'UserPrincipalName') return upnKey(propertyValue);
  return propertyValue.includes(':') ? proxyAddressKey(propertyValue) : smtpKey(propertyValue);
}

function matching({ searchString, objectType }: ErrorQuery): (error: ErrorRow) => boolean {
  const sought = searchString?.toLowerCase();
  return ({ object, quarantined, proxyAddresses }) => {
    if (objectType && object.objectType !== objectType) return false;
    if (!sought) return true;
    const texts = [object.displayName, object.userPrincipalName, quarantined.propertyValue, ...proxyAddresses];
    return texts.some((text) => text?.toLowerCase().includes(sought));
  };
}

type PageOf = { readonly after?: ErrorPosition | undefined; readonly pageSize: number };

/** Reads on until the page is full: what does not match costs reading, not sending. */
async function filteredPage(partition: Partition, query: ErrorQuery, { after, pageSize }: PageOf): Promise<ErrorPage> {
  const range = rangeOf(query);
  const from = after ? `${after.rowKey}\u0001` : range.from;
  const found: ErrorRow[] = [];
  for await (const page of readPages(partition, { from, below: range.below })) {
    found.push(...page.map(errorRowFrom).filter(matching(query)));
    if (found.length > pageSize) break;
  }
  return pageOf(partition, found, { pageSize, positionOf: ({ rowKey }) => ({ rowKey }) });
}

async function sortedPage(partition: Partition, query: ErrorQuery, { after, pageSize }: PageOf): Promise<ErrorPage> {
  const sign = query.sortDirection === 'descending' ? -1 : 1;
  const positionOf = (error: ErrorRow): Required<ErrorPosition> => ({
    rowKey: error.rowKey,
    sortValue: sortValueOf(error, query.sortField ?? 'whenStarted'),
  });
  const found: ErrorRow[] = [];
  for await (const page of readPages(partition, rangeOf(query))) {
    found.push(...page.map(errorRowFrom).filter(matching(query)));
  }
  const rest = after ? found.filter((error) => sign * compare(positionOf(error), after) > 0) : found;
  rest.sort((left, right) => sign * compare(positionOf(left), positionOf(right)));
  return { ...(await pageOf(partition, rest, { pageSize, positionOf })), total: found.length };
}

function sortValueOf({ object, quarantined }: ErrorRow, field: SortField): string {
  if (field === 'whenStarted') return quarantined.whenStarted;
  return (object[field] ?? '').toLowerCase();
}

/** Compares by the sorted field, then by the row: every error has a place of its own. */
function compare(left: ErrorPosition, right: ErrorPosition): number {
  const [one, other] = [left.sortValue ?? '', right.sortValue ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  if (left.rowKey === right.rowKey) return 0;
  return left.rowKey < right.rowKey ? -1 : 1;
}

async function pageOf(
  partition: Partition,
  found: readonly ErrorRow[],
  { pageSize, positionOf }: { pageSize: number; positionOf: (error: ErrorRow) => ErrorPosition },
): Promise<ErrorPage> {
  const page = found.slice(0, pageSize);
  const last = page.at(-1);
  const next = last && found.length > pageSize ? positionOf(last) : undefined;
  return { errors: await withHolders(partition, page), next };
}

/** Looks up the holders of a page of errors, each once. */
async function withHolders(partition: Partition, page: readonly ErrorRow[]): Promise<readonly ProvisioningError[]> {
  const holderOf = await findHolders(partition, new Set(page.map(({ quarantined }) => quarantinedKey(quarantined))));
  return page.map(({ object, quarantined }) => errorOf(object, quarantined, holderOf));
}
