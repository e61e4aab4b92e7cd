/**
 * What the service logs of its work: one line each, a name and behind it what there is to count, as JSON.
 *
 * `docs/operations.md` has the queries that read it. Tenants and ids, codes and numbers, and nothing else: no address, no
 * name of anybody, and nothing that a client or another service has written. Events of a request also say who sent it,
 * by the subject of the access token or by digits that follow from the function key.
 */
import type { InvocationContext } from '@azure/functions';
import type { MailCounts } from './store/mail-run.ts';
import type { StorageCounts } from './store/table.ts';

type Events = {
  'Export processed': StorageCounts & {
    readonly tenant: string;
    readonly exportId: string;
    readonly durationMs: number;
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    readonly deleted: number;
    readonly failed: number;
    /** Values newly quarantined. */
    readonly quarantined: number;
  };
  'Tenant swept': StorageCounts & {
    readonly tenant: string;
    readonly sweepId: string;
    readonly durationMs: number;
    readonly released: number;
    /** Vacant values that could have been released and were not. */
    readonly left: number;
  };
  /** Users who got another placeholder, because the tenant's separator or initial domain changed. */
  'Placeholders renewed': { readonly tenant: string; readonly users: number };
  /** How many values of a tenant are quarantined. */
  'Errors counted': { readonly tenant: string; readonly openErrors: number };
  'Failure dismissed': { readonly tenant: string; readonly code: string };
  /** Rows removed for their age; `isMore` if one step does not suffice. */
  'Expired rows removed': StorageCounts & {
    readonly tenant: string;
    readonly history: number;
    readonly failures: number;
    readonly mails: number;
    readonly isMore: boolean;
  };
  /** A run of the hourly sweep, over all tenants. */
  'Sweep ended': {
    readonly tenants: number;
    readonly failed: number;
    readonly released: number;
    readonly durationMs: number;
    readonly isComplete: boolean;
  };
  /** `linkId` names the link in the letter, if this run made it. */
  'Monday mail': {
    readonly tenant: string;
    readonly outcome: string;
    readonly code?: string;
    readonly linkId?: string;
  };
  /** How many tenants a run of the mail left how. */
  'Mail run ended': MailCounts;
  'Test mail': {
    readonly tenant: string;
    readonly recipients: number;
    readonly requests: number;
    readonly linkId: string;
  };
  'Tenant written': { readonly tenant: string; readonly outcome: string };
  'Tenant audited': StorageCounts & { readonly tenant: string; readonly findings: number };
  'Tenant repaired': StorageCounts & { readonly tenant: string; readonly mended: number; readonly left: number };
  'Tenant deleted': { readonly tenant: string; readonly status: string };
  /** A link to a tenant's report was made. The link itself, which opens the report, is never logged. */
  'Report link made': { readonly tenant: string; readonly linkId: string };
  'Report opened': { readonly tenant: string; readonly linkId: string; readonly view: string };
  /** A link did not open: the tenant and the id are those of a link that this service made. */
  'Report refused': { readonly tenant: string | null; readonly linkId: string | null; readonly reason: string };
  'Report links voided': { readonly tenant: string; readonly linkId: string | null; readonly voided: number };
  'Request answered': { readonly function: string; readonly tenant: string | null; readonly status: number };
  'Request refused': {
    readonly function: string;
    readonly tenant: string | null;
    readonly status: number;
    readonly code: string;
  };
};

type Log = Pick<InvocationContext, 'info'>;

const callers = new WeakMap<Log, string>();

/** Has every event of an invocation say who called. A timer has no caller. */
export function noteCaller(log: Log, caller: string | null): void {
  if (caller !== null) callers.set(log, caller);
}

/** Logs an event at the level of information; `by` names the caller of the invocation, if it has one. */
export function logEvent<Name extends keyof Events>(log: Log, name: Name, counted: Events[Name]): void {
  const by = callers.get(log);
  log.info(`${name} ${JSON.stringify(by === undefined ? counted : { ...counted, by })}`);
}
