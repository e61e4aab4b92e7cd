import { app } from '@azure/functions';
import { toGraphError } from '../shared/http/graph/to-graph-error.ts';
import { handle } from '../shared/http/handle.ts';

/** Loaded with the first question: a cold start does without. */
const graph = () => import('../shared/http/graph/answer-collection.ts');

app.http('graphCollection', {
  methods: ['GET'],
  route: 'v1.0/{tenantId}/{collection}',
  ...handle('Errors.Read', async (call) => (await graph()).answerCollection(call), toGraphError),
});
