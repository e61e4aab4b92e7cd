/** Reads the report of a tenant: its summary, a page of errors, and the failures. */
import { type Week, weeksOf } from '../../calendar/weeks.ts';
import type { Services } from '../../services.ts';
import { countFailures, type StoredFailure } from '../../store/failures.ts';
import type { Partition } from '../../store/partition.ts';
import type { Summary } from '../../store/summary.ts';
import { countRequests, noCounts, type StorageCounts } from '../../store/table.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { type ErrorPage, type ErrorPosition, type ErrorQuery, findErrors } from './find-errors.ts';
import { listFailures, type Page, type PageRequest } from './page.ts';
import { readSweepTimes, type SweepTimes } from './read-sweep-times.ts';
import { readSummary } from './read-summary.ts';
import { valuesIn } from './tally-errors.ts';

/** The part of the report to read. */
export type ReportRequest = {
  readonly query: ErrorQuery;
  readonly after: ErrorPosition | undefined;
  readonly pageSize: number;
};

/** The report of a tenant. */
export type Report = {
  readonly tenant: Tenant;
  readonly now: Date;
  readonly summary: Summary;
  /** The number of quarantined values. */
  readonly values: number;
  readonly weeks: readonly Week[];
  readonly page: ErrorPage;
  readonly failures: FailurePage;
  readonly sweep: SweepTimes;
  readonly counts: StorageCounts;
};

/** A page of failures, and their number. Of more than a thousand, `count` is a thousand and `isMore` is true. */
export type FailurePage = Page<StoredFailure> & { readonly count: number; readonly isMore: boolean };

const failuresOnReport = 3;

/** Reads the report. The number of rows that it reads does not grow with the number of errors, except for a search or a sort. */
export async function readReport(services: Services, tenant: Tenant, request: ReportRequest): Promise<Report> {
  const counts = noCounts();
  return countRequests(counts, async () => {
    const { query, after, pageSize } = request;
    const now = services.now();
    const partition = await services.storage.partition(tenant.registrationId, counts);
    const [summary, page, failures, sweep] = await Promise.all([
      readSummary(partition, now),
      findErrors(partition, query, { after, pageSize }),
      readFailurePage(partition, { after: undefined, pageSize: failuresOnReport }),
      readSweepTimes(services),
    ]);
    const values = valuesIn(summary.counts);
    const weeks = weeksOf(summary.days, values, now);
    return { tenant, now, summary, values, weeks, page, failures, sweep, counts };
  });
}

/** Reads a page of failures, and counts them. */
export async function readFailurePage(partition: Partition, page: PageRequest): Promise<FailurePage> {
  const [failures, counted] = await Promise.all([listFailures(partition, page), countFailures(partition)]);
  return { ...failures, ...counted };
}
