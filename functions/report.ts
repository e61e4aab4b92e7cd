import { app } from '@azure/functions';
import { handle } from '../shared/http/handle.ts';

/** Loaded with the first view of the report: a cold start does without. */
const report = () => import('../shared/http/answer-report.ts');

app.http('report', {
  methods: ['GET'],
  route: 'report',
  // The token in the link is the key.
  ...handle(
    'anyone',
    async (call) => (await report()).answerReport(call),
    async (refusal) => (await report()).refuseReport(refusal),
  ),
});
