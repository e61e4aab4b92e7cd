import { app, type Timer } from '@azure/functions';
import { logEvent } from '../shared/log-event.ts';
import { sweepLogOf } from '../shared/log-sweep.ts';
import { getServices } from '../shared/services.ts';
import { runTimer } from '../shared/use-cases/run-timer.ts';
import { sweepAll } from '../shared/use-cases/sweep/sweep-all.ts';

app.timer('sweepQuarantine', {
  schedule: '%SWEEP_SCHEDULE%',
  handler: async (timer, context) => {
    const services = getServices();
    // A timer has no status before its first scheduled run, although its type says so.
    const status = timer.scheduleStatus as Timer['scheduleStatus'] | null;
    await runTimer(services, { name: 'sweepQuarantine', nextDueAt: status?.next ?? null }, () =>
      sweepAll(services, {
        ...sweepLogOf(context),
        deleted: (tenant, deletion) => logEvent(context, 'Tenant deleted', { tenant, ...deletion }),
        ended: (totals) => logEvent(context, 'Sweep ended', totals),
        failed: (tenant, error) => context.error(`Cannot sweep tenant "${tenant}":`, error),
      }),
    );
  },
});
