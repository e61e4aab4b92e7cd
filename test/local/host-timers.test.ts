import type { Timer } from '@azure/functions';
import { describe, expect, it, vi } from 'vitest';
import { useFixtureHost } from './fixture-host.ts';
import { eventually } from './processes.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const { call, log } = useFixtureHost({ SLUGGISH_SCHEDULE: '* * * * * *' });

type Seen = { ticks: Timer[]; yearly: Timer[]; sluggishRuns: number; mostOverlapping: number };

async function seen(): Promise<Seen> {
  return (await (await call('/api/timers')).json()) as Seen;
}

function runNow(name: string, { query = '', body = '{ "input": "" }' } = {}): Promise<Response> {
  return call(`/admin/functions/${name}${query}`, { method: 'POST', body });
}

describe('a timer', () => {
  it('runs on the schedule in its setting', async () => {
    await eventually('two ticks', async () => (await seen()).ticks.length >= 2);
    const [, second] = (await seen()).ticks;
    expect(second).toMatchObject({ isPastDue: false, schedule: { adjustForDST: true } });
    expect(new Date(second?.scheduleStatus.last ?? '').getTime()).toBeGreaterThan(Date.now() - 20_000);
  });

  it('does not run twice at once', async () => {
    await eventually('two long runs', async () => (await seen()).sluggishRuns >= 2);
    expect((await seen()).mostOverlapping).toBe(1);
  });
});

describe('POST /admin/functions/<name>', () => {
  it('accepts the run, and runs the function in the background', async () => {
    const before = (await seen()).yearly.length;
    const response = await runNow('yearly');
    expect([response.status, await response.text()]).toEqual([202, '']);
    await eventually('the run', async () => (await seen()).yearly.length > before);
    expect((await seen()).yearly.at(-1)).toMatchObject({ isPastDue: false });
  });

  it('accepts a run that fails, with the reason in the log', async () => {
    expect((await runNow('failing')).status).toBe(202);
    await eventually('the log', () => /error: failing failed, \d+ ms: Error: the timer failed/.test(log()));
  });

  it('answers after the run has ended with ?wait=true', async () => {
    const succeeded = await runNow('yearly', { query: '?wait=true' });
    expect([succeeded.status, await succeeded.json()]).toMatchObject([200, { outcome: 'succeeded' }]);
    const failed = await runNow('failing', { query: '?wait=true' });
    expect([failed.status, await failed.json()]).toMatchObject([
      500,
      { outcome: 'failed', error: 'the timer failed on purpose' },
    ]);
  });

  it.each([
    ['an unknown function', 'unknown', '{}', 404],
    ['a function that is called by HTTP', 'byName', '{}', 400],
    ['a body that is not JSON', 'yearly', 'now!', 400],
  ])('refuses %s', async (_, name, body, status) => {
    expect((await runNow(name, { body })).status).toBe(status);
  });
});

describe('GET /admin', () => {
  it('reports that the host runs', async () => {
    expect(await (await call('/admin/host/status')).json()).toEqual({ state: 'Running' });
  });

  it('lists the functions with their triggers, routes and schedules', async () => {
    const list = await (await call('/admin/functions')).json();
    expect(list).toContainEqual({
      name: 'putThing',
      trigger: 'httpTrigger',
      methods: ['PUT'],
      route: '/api/things/{id}',
      authLevel: 'anonymous',
    });
    expect(list).toContainEqual({ name: 'tick', trigger: 'timerTrigger', schedule: '* * * * * *' });
  });

  it('answers 404 for any other path', async () => {
    expect((await call('/admin/else')).status).toBe(404);
  });
});
