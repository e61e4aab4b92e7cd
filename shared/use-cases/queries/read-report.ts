/** Reads the report of a tenant: the numbers at its head, a page of errors, and the operations that failed. */
import { type Week, weeksOf } from '../../calendar/weeks.ts';
import type { Services } from '../../services.ts';
import { countFailures, type KeptFailure } from '../../store/failures.ts';
import type { Partition } from '../../store/partition.ts';
import type { ErrorCounts, Summary } from '../../store/summary.ts';
import { countRequests, noCounts, type StorageCounts } from '../../store/table.ts';
import type { Tenant } from '../../store/tenants.ts';
import { type ErrorPage, type ErrorPosition, type ErrorQuery, findErrors } from './find-errors.ts';
import { listFailures } from './list-failures.ts';
import type { Page, PageRequest } from './page.ts';
import { readSweepTimes, type SweepTimes } from './read-sweep-times.ts';
import { readSummary } from './read-summary.ts';

/** Which part of the report is read. */
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
  /** How many values are quarantined. */
  readonly values: number;
  readonly weeks: readonly Week[];
  readonly page: ErrorPage;
  readonly failures: FailurePage;
  readonly sweep: SweepTimes;
  readonly counts: StorageCounts;
};

/** A page of the failures, and their number; if there are more than a thousand, a thousand and `isMore`. */
export type FailurePage = Page<KeptFailure> & { readonly count: number; readonly isMore: boolean };

const failuresOnReport = 3;

/** Reads the report. What is read does not grow with the number of errors, but where they are searched or sorted. */
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

function valuesIn(counts: ErrorCounts): number {
  return Object.values(counts)
    .flatMap((byType) => Object.values(byType))
    .reduce((sum, count) => sum + count, 0);
}

/** Reads a page of the failures, with their number. */
export async function readFailurePage(partition: Partition, page: PageRequest): Promise<FailurePage> {
  const [failures, counted] = await Promise.all([listFailures(partition, page), countFailures(partition)]);
  return { ...failures, ...counted };
}
