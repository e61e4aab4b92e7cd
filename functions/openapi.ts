import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';

app.http('openapi', {
  methods: ['GET'],
  route: 'openapi.json',
  ...handle('anyone', async () => {
    // Loaded and built with the first request: a cold start does without.
    const { openApiDocument } = await import('../shared/http/openapi/open-api-document.ts');
    return json(200, openApiDocument());
  }),
});
