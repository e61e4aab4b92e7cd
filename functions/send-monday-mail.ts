import { app, type Timer } from '@azure/functions';
import { runTimer } from '../shared/operations/run-timer.ts';
import { sendMondayMail } from '../shared/operations/monday-mail/send-monday-mail.ts';
import { getServices } from '../shared/services.ts';

app.timer('sendMondayMail', {
  schedule: '%MONDAY_MAIL_SCHEDULE%',
  handler: async (timer, context) => {
    const services = getServices();
    // Before its first scheduled run a timer has no status, whatever its type says.
    const status = timer.scheduleStatus as Timer['scheduleStatus'] | null;
    const nextDueAt = status?.next ?? null;
    await runTimer(services, { name: 'sendMondayMail', nextDueAt }, () =>
      sendMondayMail(services, {
        tried: (tenant, outcome) => context.info('Monday mail', JSON.stringify({ tenant, ...outcome })),
        failed: (tenant, error) => context.error(`Cannot mail tenant "${tenant}":`, error),
      }),
    );
  },
});
