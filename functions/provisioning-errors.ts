import { app } from '@azure/functions';
import { answerErrors } from '../shared/http/answer-errors.ts';
import { handle } from '../shared/http/handle.ts';

app.http('provisioningErrors', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'tenants/{tenantId}/provisioningErrors',
  handler: handle(answerErrors),
});
