import { app } from '@azure/functions';
import { answerTenantList } from '../shared/http/answer-list.ts';
import { handle } from '../shared/http/handle.ts';
import { pageParameters } from '../shared/http/parameters.ts';
import { reportLinkToWire } from '../shared/http/wire.ts';
import { listLinks } from '../shared/use-cases/report-links/list-links.ts';

app.http('reportLinks', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/reportLinks',
  ...handle('Errors.Read', (call) =>
    answerTenantList(call, {
      name: 'reportLinks',
      query: pageParameters,
      read: ({ tenant }, page) => listLinks(call.services, tenant.registrationId, page),
      toWire: reportLinkToWire,
    }),
  ),
});
