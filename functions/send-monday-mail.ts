import { app, type Timer } from '@azure/functions';
import { logEvent } from '../shared/log-event.ts';
import { runTimer } from '../shared/operations/run-timer.ts';
import { getServices } from '../shared/services.ts';

app.timer('sendMondayMail', {
  schedule: '%MONDAY_MAIL_SCHEDULE%',
  handler: async (timer, context) => {
    const services = getServices();
    // Before its first scheduled run a timer has no status, whatever its type says.
    const status = timer.scheduleStatus as Timer['scheduleStatus'] | null;
    const nextDueAt = status?.next ?? null;
    const { sendMondayMail } = await import('../shared/operations/monday-mail/send-monday-mail.ts');
    await runTimer(services, { name: 'sendMondayMail', nextDueAt }, () =>
      sendMondayMail(services, {
        // What the mail service said in words can name recipients; GET /api/tenants/{tenantId} has it.
        tried: (tenant, { outcome, ...rest }) =>
          logEvent(context, 'Monday mail', { tenant, outcome, ...('code' in rest ? { code: rest.code } : {}) }),
        ended: (counts) => logEvent(context, 'Mail run ended', counts),
        failed: (tenant, error) => context.error(`Cannot mail tenant "${tenant}":`, error),
      }),
    );
  },
});
