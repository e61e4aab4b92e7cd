import { app } from '@azure/functions';
import { answerList } from '../shared/http/answer-list.ts';
import { handle } from '../shared/http/handle.ts';
import { pageParameters } from '../shared/http/parameters.ts';
import { tenantToWire } from '../shared/http/wire.ts';
import { listTenants } from '../shared/use-cases/tenants/find-tenant.ts';

app.http('tenants', {
  methods: ['GET'],
  route: 'tenants',
  ...handle(['Errors.Read', 'Tenants.Manage'], (call) =>
    answerList(call, { name: 'tenants', query: pageParameters, read: listTenants, toWire: tenantToWire }, () => ({
      owner: call.services,
      registrationId: null,
    })),
  ),
});
