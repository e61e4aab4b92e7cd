import { app } from '@azure/functions';
import { answerReport, refuseReport } from '../shared/http/answer-report.ts';
import { handle } from '../shared/http/handle.ts';

app.http('report', {
  methods: ['GET'],
  route: 'report',
  // The token in the link is the key.
  ...handle('anyone', answerReport, refuseReport),
});
