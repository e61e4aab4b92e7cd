import { app } from '@azure/functions';
import { handle, json } from '../shared/http/handle.ts';
import { currentHealth } from '../shared/use-cases/queries/check-health.ts';

app.http('health', {
  methods: ['GET'],
  route: 'health',
  ...handle('anyone', async ({ services }) => {
    const health = await currentHealth(services);
    return json(health.status === 'healthy' ? 200 : 503, health);
  }),
});
