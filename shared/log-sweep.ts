/** Logs a sweep. */
import type { InvocationContext } from '@azure/functions';
import { logEvent } from './log-event.ts';
import type { SweepLog } from './use-cases/sweep/run-sweep.ts';

/** Returns the log of a sweep that writes its events for an invocation. */
export function sweepLogOf(context: InvocationContext): SweepLog {
  return {
    renewed: (tenant, users) => logEvent(context, 'Placeholders renewed', { tenant, users }),
    swept: (tenant, { sweepId, durationMs, released, left, counts }) =>
      logEvent(context, 'Tenant swept', {
        tenant,
        sweepId,
        durationMs,
        released: released.length,
        left: left.length,
        ...counts,
      }),
    counted: (tenant, openErrors) => logEvent(context, 'Errors counted', { tenant, openErrors }),
    removed: (tenant, { counts, ...removed }) =>
      logEvent(context, 'Expired rows removed', { tenant, ...removed, ...counts }),
  };
}
