import type { ComponentChildren, JSX } from 'preact';
import type { Report } from '../../use-cases/queries/read-report.ts';
import type { ErrorCounts } from '../../store/summary.ts';
import type { Links } from './links.ts';
import { Time } from './time.tsx';
import { counted, lasting, number, properties, propertyLabels } from './labels.ts';

/** The numbers that count, side by side. */
export function Figures({ report, links }: { readonly report: Report; readonly links: Links }): JSX.Element {
  const { summary, values, failures, now } = report;
  return (
    <ul class="figures">
      <Figure value={number(values)} label={`${values === 1 ? 'value' : 'values'} quarantined`}>
        on {counted(summary.objects, 'object')}
      </Figure>
      <li class="figure">
        <ByProperty counts={summary.counts} links={links} />
      </li>
      <Figure value={summary.oldest ? lasting(new Date(summary.oldest), now) : 'Nobody'} label={oldestLabel(summary)}>
        {summary.oldest ? <Oldest since={summary.oldest} links={links} /> : 'every value is where it should be'}
      </Figure>
      <Figure
        value={number(failures.count) + (failures.isMore ? '+' : '')}
        label={`${failures.count === 1 ? 'operation' : 'operations'} failed`}
        isBad={failures.count > 0}
      >
        {failures.count > 0 ? <a href={links.failures()}>what to do</a> : 'everything else was written'}
      </Figure>
    </ul>
  );
}

function oldestLabel({ oldest }: Report['summary']): string {
  return oldest ? 'the longest wait' : 'waits';
}

function Oldest({ since, links }: { readonly since: string; readonly links: Links }): JSX.Element {
  return (
    <>
      <a href={links.list({ sort: 'whenStarted', property: undefined, type: undefined, search: undefined })}>
        oldest first
      </a>
      , since <Time at={since} />
    </>
  );
}

type FigureProperties = {
  readonly value: string;
  readonly label: string;
  readonly isBad?: boolean;
  readonly children: ComponentChildren;
};

function Figure({ value, label, isBad = false, children }: FigureProperties): JSX.Element {
  return (
    <li class={isBad ? 'figure bad' : 'figure'}>
      <p>
        <strong>{value}</strong> {label}
      </p>
      <small>{children}</small>
    </li>
  );
}

function ByProperty({ counts, links }: { readonly counts: ErrorCounts; readonly links: Links }): JSX.Element {
  return (
    <dl>
      {properties.map((property) => (
        <div key={property}>
          <dt>
            <a href={links.list({ property, type: undefined, search: undefined })}>{propertyLabels[property]}</a>
          </dt>
          <dd>{number(Object.values(counts[property]).reduce((sum, count) => sum + count, 0))}</dd>
        </div>
      ))}
    </dl>
  );
}
