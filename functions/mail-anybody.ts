import { app } from '@azure/functions';
import { answerTestMail } from '../shared/http/answer-test-mail.ts';
import { handle } from '../shared/http/handle.ts';

app.http('mailAnybody', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/mail/anybody',
  ...handle({ allOf: ['Exports.Write', 'Errors.Read', 'Tenants.Manage'] }, answerTestMail),
});
