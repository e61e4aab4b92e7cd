import { app } from '@azure/functions';
import { answerCollection } from '../shared/http/graph/answer-collection.ts';
import { toGraphError } from '../shared/http/graph/refusals.ts';
import { handle } from '../shared/http/handle.ts';

app.http('graphCollection', {
  methods: ['GET'],
  route: 'v1.0/{tenantId}/{collection}',
  ...handle('Errors.Read', answerCollection, toGraphError),
});
