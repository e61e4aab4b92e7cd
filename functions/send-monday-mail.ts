import { app, type Timer } from '@azure/functions';
import { logEvent } from '../shared/log-event.ts';
import { getServices } from '../shared/services.ts';

app.timer('sendMondayMail', {
  schedule: '%MONDAY_MAIL_SCHEDULE%',
  handler: async (timer, context) => {
    const services = getServices();
    // Before its first scheduled run a timer has no status, whatever its type says.
    const status = timer.scheduleStatus as Timer['scheduleStatus'] | null;
    const nextDueAt = status?.next ?? null;
    const { runMondayMail } = await import('../shared/operations/monday-mail/run-monday-mail.ts');
    await runMondayMail(services, nextDueAt, {
      // What the mail service said in words can name recipients; GET /api/tenants/{tenantId} has it.
      tried: (tenant, { outcome, linkId, ...rest }) =>
        logEvent(context, 'Monday mail', {
          tenant,
          outcome,
          ...('code' in rest ? { code: rest.code } : {}),
          ...(linkId === undefined ? {} : { linkId }),
        }),
      missed: (tenant, { week, error }) => context.error(`Cannot mail tenant "${tenant}" in week ${week}: ${error}`),
      ended: (counts) => logEvent(context, 'Mail run ended', counts),
      failed: (tenant, error) => context.error(`Cannot mail tenant "${tenant}":`, error),
    });
  },
});
