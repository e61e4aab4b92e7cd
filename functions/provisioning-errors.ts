import { app } from '@azure/functions';
import { handle } from '../shared/http/handle.ts';

app.http('provisioningErrors', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/provisioningErrors',
  // Loaded with the first question: a cold start does without.
  ...handle('Errors.Read', async (call) => (await import('../shared/http/answer-errors.ts')).answerErrors(call)),
});
