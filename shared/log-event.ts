/**
 * What the service logs of its work: one line each, a name and behind it what there is to count, as JSON.
 *
 * `docs/operations.md` has the queries that read it. Tenants and ids, codes and numbers, and nothing else: no address, no
 * name of anybody, and nothing that a client or another service has written.
 */
import type { InvocationContext } from '@azure/functions';
import type { MailCounts } from './store/mail-runs.ts';
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
  };
  /** How many values of a tenant are quarantined. */
  'Errors counted': { readonly tenant: string; readonly openErrors: number };
  /** A run of the hourly sweep, over all tenants. */
  'Sweep ended': {
    readonly tenants: number;
    readonly failed: number;
    readonly released: number;
    readonly durationMs: number;
  };
  'Monday mail': { readonly tenant: string; readonly outcome: string; readonly code?: string };
  /** How many tenants a run of the mail left how. */
  'Mail run ended': MailCounts;
  'Test mail': { readonly tenant: string; readonly recipients: number; readonly requests: number };
  'Tenant written': { readonly tenant: string; readonly outcome: string };
  'Tenant audited': StorageCounts & { readonly tenant: string; readonly findings: number };
  'Tenant repaired': StorageCounts & { readonly tenant: string; readonly mended: number; readonly left: number };
  'Tenant deleted': { readonly tenant: string; readonly status: string };
  'Request refused': {
    readonly function: string;
    readonly tenant: string | null;
    readonly status: number;
    readonly code: string;
  };
};

/** Logs an event at the level of information. */
export function logEvent<Name extends keyof Events>(
  log: Pick<InvocationContext, 'info'>,
  name: Name,
  counted: Events[Name],
): void {
  log.info(`${name} ${JSON.stringify(counted)}`);
}
