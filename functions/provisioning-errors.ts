import { app } from '@azure/functions';
import { answerErrors } from '../shared/http/answer-errors.ts';
import { handle } from '../shared/http/handle.ts';

app.http('provisioningErrors', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/provisioningErrors',
  ...handle('Errors.Read', answerErrors),
});
