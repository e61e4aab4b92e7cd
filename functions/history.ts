import { app } from '@azure/functions';
import { answerTenantList } from '../shared/http/answer-list.ts';
import { handle } from '../shared/http/handle.ts';
import { pageParameters } from '../shared/http/parameters.ts';
import { pastEventToWire } from '../shared/http/wire.ts';
import { listHistory } from '../shared/use-cases/queries/page.ts';

app.http('history', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/history',
  ...handle('Errors.Read', (call) =>
    answerTenantList(call, {
      name: 'history',
      query: pageParameters,
      read: ({ partition }, page) => listHistory(partition, page),
      toWire: pastEventToWire,
    }),
  ),
});
