import { app } from '@azure/functions';
import { answerTenantList } from '../shared/http/answer-list.ts';
import { handle } from '../shared/http/handle.ts';
import { objectsQuery } from '../shared/http/queries.ts';
import { objectToWire } from '../shared/http/wire.ts';
import { listObjects } from '../shared/use-cases/queries/find-object.ts';

app.http('objects', {
  methods: ['GET'],
  route: 'tenants/{tenantId}/objects',
  ...handle('Errors.Read', (call) =>
    answerTenantList(call, {
      name: 'objects',
      query: objectsQuery,
      read: ({ partition }, page, query) => listObjects(partition, query, page),
      toWire: objectToWire,
    }),
  ),
});
