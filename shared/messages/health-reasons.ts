/** The words of an unhealthy service. They reveal nothing about tenants. */

/** The storage does not answer. */
export const storageDoesNotAnswer = 'The storage does not answer.';

/** The storage refuses every request of the service. */
export const storageRefuses =
  'The storage refuses this service: its key is wrong, or its identity has no role there. A new role takes some minutes to become effective.';

/** The storage refuses the writes of the service. */
export const storageRefusesWrites =
  'The storage refuses the writes of this service: its identity may only read. Assign it the role "Storage Table Data Contributor"; a new role takes some minutes to become effective.';

/** The storage answers, but fails to write. */
export function storageTakesNoWrites(code: string | undefined): string {
  return `The storage answers, but takes no writes${code ? ` (${code})` : ''}: exports, sweeps and the Monday mail fail. Check the metrics of the storage account; if it is Azurite, restart it.`;
}

/** The sweep is late. `succeededAt` is in ISO 8601; null if no sweep has succeeded yet. */
export function sweepIsLate(succeededAt: string | null): string {
  const last = succeededAt === null ? 'no sweep has succeeded yet' : `the last one succeeded at ${succeededAt}`;
  return `The sweep is more than two hours late: ${last}.`;
}

/** The Monday mail is late. Times in ISO 8601. */
export function mailIsLate(startedAt: string | null, dueAt: string | null): string {
  const due = dueAt === null ? '' : ` a mail has been due since ${dueAt}, and`;
  const last = startedAt === null ? 'it has never run' : `it last ran at ${startedAt}`;
  return `The Monday mail is more than a day late:${due} ${last}. Check that the timer runs, and that MONDAY_MAIL_SCHEDULE covers Monday in the time zone of the tenant.`;
}
