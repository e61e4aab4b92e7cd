import { app } from '@azure/functions';
import { answerReport, refuseReport } from '../shared/http/answer-report.ts';
import { handle } from '../shared/http/handle.ts';

app.http('report', {
  methods: ['GET'],
  // The token in the link is the key.
  authLevel: 'anonymous',
  route: 'report',
  handler: handle(answerReport, refuseReport),
});
