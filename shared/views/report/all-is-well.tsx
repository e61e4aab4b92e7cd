import type { JSX } from 'preact';
import type { Report } from '../../use-cases/queries/read-report.ts';
import { Time } from './time.tsx';

/** What a tenant without any error gets: that all is well, and when that was last checked. */
export function AllIsWell({ report }: { readonly report: Report }): JSX.Element {
  const { sweep, summary } = report;
  return (
    <section class="well" aria-labelledby="well-title">
      <svg viewBox="0 0 64 64" width="64" height="64" aria-hidden="true">
        <circle cx="32" cy="32" r="29" />
        <path d="M19 33.5 28.5 43 46 24" />
      </svg>
      <h1 id="well-title">All is well</h1>
      <p class="lead">Every object has all the names and addresses that it desires, and no operation has failed.</p>
      <dl>
        <div>
          <dt>Last sweep</dt>
          <dd>{sweep.lastAt ? <Time at={sweep.lastAt} /> : 'none yet'}</dd>
        </div>
        <div>
          <dt>Next sweep</dt>
          <dd>
            <Time at={sweep.nextAt} />
          </dd>
        </div>
        <div>
          <dt>Counted</dt>
          <dd>
            <Time at={summary.takenAt} />
          </dd>
        </div>
      </dl>
    </section>
  );
}
