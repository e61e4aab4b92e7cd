import { app } from '@azure/functions';
import { answerTestMail } from '../shared/http/answer-test-mail.ts';
import { handle } from '../shared/http/handle.ts';

app.http('mailTenant', {
  methods: ['POST'],
  route: 'tenants/{tenantId}/mail',
  ...handle({ allOf: ['Exports.Write', 'Errors.Read'] }, answerTestMail),
});
