import { app } from '@azure/functions';
import { answerTenantList } from '../shared/http/answer-list.ts';
import { handle } from '../shared/http/handle.ts';
import { pageParameters } from '../shared/http/parameters.ts';
import { failureToWire } from '../shared/http/wire.ts';
import { listFailures } from '../shared/use-cases/queries/page.ts';

app.http('failures', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/failures',
  ...handle('Errors.Read', (call) =>
    answerTenantList(call, {
      name: 'failures',
      query: pageParameters,
      read: ({ partition }, page) => listFailures(partition, page),
      toWire: failureToWire,
    }),
  ),
});
