/** The list of quarantined values: a page of it, with its filters. */
import type { ComponentChildren, JSX } from 'preact';
import type { SortField } from '../../use-cases/queries/find-errors.ts';
import type { Report } from '../../use-cases/queries/read-report.ts';
import { Filters, isNarrowed } from './filters.tsx';
import type { Links, ListState, Sort } from './links.ts';
import { ListRow } from './list-row.tsx';
import { number } from './labels.ts';

type ListProperties = { readonly report: Report; readonly links: Links; readonly offset: number };

/** One page of the list. */
export function List(properties: ListProperties): JSX.Element {
  const { report, links } = properties;
  const { errors } = report.page;
  return (
    <section id="list" aria-labelledby="list-title">
      <div class="heading">
        <h2 id="list-title">Quarantined values</h2>
        <a class="button" href={links.csv()} download>
          Download as CSV
        </a>
      </div>
      <Filters links={links} />
      {errors.length > 0 ? <Rows {...properties} /> : <NothingFound links={links} />}
      <Pager {...properties} />
    </section>
  );
}

function Rows({ report, links }: ListProperties): JSX.Element {
  const { page, now } = report;
  return (
    <table class="list" role="table">
      <caption class="unseen">Quarantined values; each name opens its conflict</caption>
      <thead role="rowgroup">
        <tr role="row">
          <SortableHeader field="displayName" links={links}>
            Kept from
          </SortableHeader>
          <th scope="col" role="columnheader">
            Value
          </th>
          <th scope="col" role="columnheader">
            Held by
          </th>
          <SortableHeader field="whenStarted" links={links}>
            Waiting
          </SortableHeader>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {page.errors.map((error) => (
          <ListRow
            key={`${error.propertyName} ${error.propertyValue} ${error.object.sourceAnchor}`}
            error={error}
            links={links}
            now={now}
          />
        ))}
      </tbody>
    </table>
  );
}

type SortableHeaderProperties = {
  readonly field: SortField;
  readonly links: Links;
  readonly children: ComponentChildren;
};

/** A header that sorts by its column, and the other way round when it already does. */
function SortableHeader({ field, links, children }: SortableHeaderProperties): JSX.Element {
  const { sort } = links.state;
  const next: Sort = sort === field ? `-${field}` : field;
  const direction = sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : undefined;
  return (
    <th scope="col" role="columnheader" {...(direction ? { 'aria-sort': direction } : {})}>
      <a href={links.list({ sort: next })}>
        {children}
        <span class="sort" aria-hidden="true">
          {direction === 'ascending' ? '▲' : direction === 'descending' ? '▼' : ''}
        </span>
      </a>
    </th>
  );
}

function NothingFound({ links }: { readonly links: Links }): JSX.Element {
  return (
    <div class="card nothing">
      <p>
        <strong>Nothing matches.</strong>
      </p>
      <p>
        {isNarrowed(links.state)
          ? 'No quarantined value is like that. A search looks at names, user principal names, addresses and the values themselves.'
          : 'This page of the list has gone: what stood here has been resolved.'}
      </p>
    </div>
  );
}

function Pager({ report, links, offset }: ListProperties): JSX.Element {
  const { page } = report;
  const last = offset + page.errors.length;
  const total = totalOf(report, links.state);
  return (
    <nav class="pager" aria-label="Pages of the list">
      <p>
        {page.errors.length > 0 && `${number(offset + 1)} to ${number(last)}`}
        {page.errors.length > 0 && total !== undefined && ` of ${number(Math.max(total, last))}`}
      </p>
      {offset > 0 && (
        <a class="button" href={links.list({ pageSize: links.state.pageSize })}>
          First page
        </a>
      )}
      {page.next && (
        <a class="button" href={links.page({ ...page.next, offset: last })} rel="next">
          Next page
        </a>
      )}
    </nav>
  );
}

/** How many errors the list has on all pages, where that is known without reading them. */
function totalOf({ page, summary, values }: Report, { search, property, type }: ListState): number | undefined {
  if (page.total !== undefined) return page.total;
  if (search) return undefined;
  if (!property && !type) return values;
  return Object.entries(summary.counts)
    .filter(([name]) => !property || name === property)
    .flatMap(([, byType]) => Object.entries(byType))
    .reduce((sum, [name, count]) => (!type || name === type ? sum + count : sum), 0);
}
