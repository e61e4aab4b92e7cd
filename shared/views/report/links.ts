/** The addresses of the report's views. All of the state of a view is in its address, so that it can be bookmarked. */
import type { ObjectType, PropertyName } from '../../directory/objects.ts';
import type { ErrorPosition, SortField } from '../../operations/find-errors.ts';
import type { ConflictName } from '../../operations/read-conflict.ts';
import { isRowKey } from '../../store/keys.ts';

/** By what the list is sorted; with `-` before it, downwards. */
export type Sort = SortField | `-${SortField}`;

export const pageSizes = [10, 25, 50, 100] as const;
export const defaultPageSize = 25;

/** What the list shows: undefined is all of it, in the order of properties and values. */
export type ListState = {
  readonly search?: string | undefined;
  readonly property?: PropertyName | undefined;
  readonly type?: ObjectType | undefined;
  readonly sort?: Sort | undefined;
  readonly pageSize: number;
};

/** Where a page of the list begins: after which error, and how many are before it. */
export type PagePosition = ErrorPosition & { readonly offset: number };

/** The addresses of the views, for one holder of a link. They are relative: the page does not know its host. */
export type Links = ReturnType<typeof linksFor>;

/** Makes the addresses of the views for a token and a state of the list. */
export function linksFor(token: string, state: ListState) {
  const listParameters = ({ search, property, type, sort, pageSize }: ListState): Parameters => ({
    search,
    property,
    type,
    sort,
    pageSize: pageSize === defaultPageSize ? undefined : String(pageSize),
  });
  const address = (parameters: Parameters, anchor = ''): string => `?${encode({ token, ...parameters })}${anchor}`;
  return {
    token,
    state,
    /** The list with some of its state changed, from its first page on. */
    list: (changes: Partial<ListState> = {}): string =>
      address(listParameters({ ...state, ...changes }), Object.keys(changes).length > 0 ? '#list' : ''),
    start: (): string => address({}),
    page: (position: PagePosition): string =>
      address({ ...listParameters(state), after: toPositionToken(position) }, '#list'),
    csv: (): string => address({ ...listParameters({ ...state, pageSize: defaultPageSize }), format: 'csv' }),
    conflict: ({ propertyName, propertyValue, sourceAnchor }: ConflictName): string =>
      address({
        ...listParameters(state),
        conflictProperty: propertyName,
        conflictValue: propertyValue,
        sourceAnchor,
      }),
    failures: (after?: string): string => address({ view: 'failures', after: after && toFailureToken(after) }),
  };
}

type Parameters = Readonly<Record<string, string | undefined>>;

function encode(parameters: Parameters): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(given).toString();
}

/** Writes where a page begins, for its address. */
function toPositionToken({ rowKey, sortValue, offset }: PagePosition): string {
  return Buffer.from(JSON.stringify([rowKey, offset, sortValue ?? null])).toString('base64url');
}

/** Reads what {@link toPositionToken} wrote; undefined where it is none. */
export function fromPositionToken(token: string): PagePosition | undefined {
  const [rowKey, offset, sortValue] = parseArray(Buffer.from(token, 'base64url').toString('utf8'));
  if (!isKeyOf('error|', rowKey) || !Number.isSafeInteger(offset) || (offset as number) < 0) return undefined;
  return { rowKey, offset: offset as number, ...(typeof sortValue === 'string' ? { sortValue } : {}) };
}

function toFailureToken(rowKey: string): string {
  return Buffer.from(JSON.stringify([rowKey])).toString('base64url');
}

/** Reads after which failure a page begins; undefined where the token is none. */
export function fromFailureToken(token: string): string | undefined {
  const [rowKey] = parseArray(Buffer.from(token, 'base64url').toString('utf8'));
  return isKeyOf('failure|', rowKey) ? rowKey : undefined;
}

function isKeyOf(prefix: string, rowKey: unknown): rowKey is string {
  return typeof rowKey === 'string' && rowKey.startsWith(prefix) && isRowKey(rowKey);
}

function parseArray(json: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
