/** The addresses of the report's views. All of the state of a view is in its address, so that it can be bookmarked. */
import type { ObjectType, PropertyName } from '../../directory/objects.ts';
import type { ErrorPosition, SortField } from '../../use-cases/queries/find-errors.ts';
import type { ConflictName } from '../../use-cases/queries/read-conflict.ts';

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

/** The views that come in pages. */
export type PagedView = 'list' | 'failures';

/** Writes where a page of a view begins so that it cannot be read by others: the key of a row can hold an address. */
export type SealPosition = (view: PagedView, position: PagePosition | string) => string;

/** The addresses of the views, for one holder of a link. They are relative: the page does not know its host. */
export type Links = ReturnType<typeof linksFor>;

/** Makes the addresses of the views for a token and a state of the list. */
export function linksFor(token: string, state: ListState, sealPosition: SealPosition) {
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
      address({ ...listParameters(state), after: sealPosition('list', position) }, '#list'),
    csv: (): string => address({ ...listParameters({ ...state, pageSize: defaultPageSize }), format: 'csv' }),
    conflict: ({ propertyName, propertyValue, sourceAnchor }: ConflictName): string =>
      address({
        ...listParameters(state),
        conflictProperty: propertyName,
        conflictValue: propertyValue,
        sourceAnchor,
      }),
    failures: (after?: string): string =>
      address({ view: 'failures', after: after && sealPosition('failures', after) }),
  };
}

type Parameters = Readonly<Record<string, string | undefined>>;

function encode(parameters: Parameters): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(given).toString();
}
