import { app, type Timer } from '@azure/functions';
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
        swept: (tenant, { sweepId, released, counts }) =>
          context.info('Tenant swept', JSON.stringify({ tenant, sweepId, released: released.length, ...counts })),
        failed: (tenant, error) => context.error(`Cannot sweep tenant "${tenant}":`, error),
      }),
    );
  },
});
