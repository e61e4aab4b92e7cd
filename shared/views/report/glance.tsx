import type { JSX } from 'preact';
import type { Report } from '../../use-cases/queries/read-report.ts';
import { Figures } from './figures.tsx';
import type { Links } from './links.ts';
import { Time } from './time.tsx';
import { TypesChart } from './types-chart.tsx';
import { WeeksChart } from './weeks-chart.tsx';

/** The numbers at the head of the report, and its charts. */
export function Glance({ report, links }: { readonly report: Report; readonly links: Links }): JSX.Element {
  const { summary, weeks, values, sweep } = report;
  return (
    <section aria-labelledby="glance">
      <div class="heading">
        <h1 id="glance">At a glance</h1>
        <p class="faint">
          Counted <Time at={summary.takenAt} />. Next sweep <Time at={sweep.nextAt} />.
        </p>
      </div>
      <Figures report={report} links={links} />
      <div class={values > 0 ? 'charts' : 'charts single'}>
        <WeeksChart weeks={weeks} />
        {values > 0 && <TypesChart counts={summary.counts} links={links} />}
      </div>
    </section>
  );
}
