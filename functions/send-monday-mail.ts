import { app, type Timer } from '@azure/functions';
import { logEvent } from '../shared/log-event.ts';
import { getServices } from '../shared/services.ts';
import { renderLetter } from '../shared/views/mail/render-letter.ts';

app.timer('sendMondayMail', {
  schedule: '%MONDAY_MAIL_SCHEDULE%',
  handler: async (timer, context) => {
    const services = { ...getServices(), renderLetter };
    // A timer has no status before its first scheduled run, although its type says so.
    const status = timer.scheduleStatus as Timer['scheduleStatus'] | null;
    const nextDueAt = status?.next ?? null;
    const { runMondayMail } = await import('../shared/use-cases/monday-mail/run-monday-mail.ts');
    await runMondayMail(services, nextDueAt, {
      // The words of the mail service can name recipients: only GET /api/tenants/{tenantId} shows them.
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
