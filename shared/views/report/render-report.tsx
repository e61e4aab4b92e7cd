/** The pages of the report, as HTML. */
import type { SweepTimes } from '../../use-cases/queries/read-sweep-times.ts';
import type { Conflict } from '../../use-cases/queries/read-conflict.ts';
import type { FailurePage, Report } from '../../use-cases/queries/read-report.ts';
import type { Tenant } from '../../store/tenants.ts';
import { AllIsWell } from './all-is-well.tsx';
import { ConflictView } from './conflict-view.tsx';
import type { Api } from './dismissal.tsx';
import { FailuresPage, FailuresSection } from './failures-page.tsx';
import { isNarrowed } from './filters.tsx';
import { Glance } from './glance.tsx';
import { Layout } from './layout.tsx';
import type { Links } from './links.ts';
import { List } from './list.tsx';
import { Notice, type NoticeTexts } from './notice.tsx';
import { renderPage } from './render-page.tsx';
import { WeeksChart } from './weeks-chart.tsx';
import { counted } from './labels.ts';

/** What all pages of a tenant need. */
export type Frame = { readonly links: Links; readonly nonce: string };

/** Writes the report: numbers, charts, failed operations, and a page of the list, which begins after `offset` others. */
export function renderReport(
  report: Report,
  { links, nonce, api, offset }: Frame & { readonly api: Api; readonly offset: number },
): string {
  const { tenant, values, failures, now, page } = report;
  const isWell = values === 0 && failures.count === 0 && page.errors.length === 0 && !isNarrowed(links.state);
  const title = isWell ? 'All is well' : counted(values, 'quarantined value');
  const hasHistory = report.weeks.some((week) => week.quarantined + week.released + week.withdrawn > 0);
  return renderPage({
    title: `${title}: ${tenant.displayName ?? tenant.initialDomain}`,
    nonce,
    children: (
      <Layout tenant={tenant} links={links}>
        {isWell ? (
          <>
            <AllIsWell report={report} />
            {hasHistory && <WeeksChart weeks={report.weeks} />}
          </>
        ) : (
          <>
            <Glance report={report} links={links} />
            <FailuresSection page={failures} links={links} api={api} now={now} />
            <List report={report} links={links} offset={offset} />
          </>
        )}
      </Layout>
    ),
  });
}

/** Writes the page of one conflict. */
export function renderConflict(
  conflict: Conflict,
  { tenant, sweep, now, links, nonce }: Frame & { tenant: Tenant; sweep: SweepTimes; now: Date },
): string {
  return renderPage({
    title: `${conflict.name.propertyValue}: ${tenant.displayName ?? tenant.initialDomain}`,
    nonce,
    children: (
      <Layout tenant={tenant} links={links}>
        <ConflictView conflict={conflict} links={links} sweep={sweep} now={now} />
      </Layout>
    ),
  });
}

/** Writes a page of the operations that failed. */
export function renderFailures(
  page: FailurePage,
  { tenant, api, now, links, nonce }: Frame & { tenant: Tenant; api: Api; now: Date },
): string {
  return renderPage({
    title: `Operations that failed: ${tenant.displayName ?? tenant.initialDomain}`,
    nonce,
    children: (
      <Layout tenant={tenant} links={links}>
        <FailuresPage page={page} links={links} api={api} now={now} />
      </Layout>
    ),
  });
}

/** Writes a page that only says something, without a word about any tenant. */
export function renderNotice(notice: NoticeTexts, nonce: string): string {
  return renderPage({ title: notice.title, nonce, children: <Notice {...notice} /> });
}
