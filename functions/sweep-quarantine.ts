import { app, type Timer } from '@azure/functions';
import { logEvent } from '../shared/log-event.ts';
import { runTimer } from '../shared/operations/run-timer.ts';
import { sweepAll } from '../shared/operations/sweep-all.ts';
import { getServices } from '../shared/services.ts';

app.timer('sweepQuarantine', {
  schedule: '%SWEEP_SCHEDULE%',
  handler: async (timer, context) => {
    const services = getServices();
    // Before its first scheduled run a timer has no status, whatever its type says.
    const status = timer.scheduleStatus as Timer['scheduleStatus'] | null;
    const nextDueAt = status?.next ?? null;
    await runTimer(services, { name: 'sweepQuarantine', nextDueAt }, () =>
      sweepAll(services, {
        swept: (tenant, { sweepId, durationMs, released, left, counts }) =>
          logEvent(context, 'Tenant swept', {
            tenant,
            sweepId,
            durationMs,
            released: released.length,
            left: left.length,
            ...counts,
          }),
        renewed: (tenant, users) => {
          if (users > 0) logEvent(context, 'Placeholders renewed', { tenant, users });
        },
        counted: (tenant, openErrors) => logEvent(context, 'Errors counted', { tenant, openErrors }),
        removed: (tenant, { counts, ...removed }) =>
          logEvent(context, 'Expired rows removed', { tenant, ...removed, ...counts }),
        deleted: (tenant, deletion) => logEvent(context, 'Tenant deleted', { tenant, ...deletion }),
        ended: (run) => logEvent(context, 'Sweep ended', run),
        failed: (tenant, error) => context.error(`Cannot sweep tenant "${tenant}":`, error),
      }),
    );
  },
});
