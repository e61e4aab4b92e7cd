/**
 * The part of the real host's admin API that local work needs:
 *
 * - `GET /admin/host/status`: `{ "state": "Running" }`
 * - `GET /admin/functions`: names, triggers, routes and schedules
 * - `POST /admin/functions/<name>` with `{ "input": ... }`: runs a function without an HTTP trigger now, and answers 202 at once.
 *   With `?wait=true`, which only this host knows, it answers once the run has ended: 200, or 500 if it failed.
 */
import { emptyReply, jsonReply, type Reply } from './reply.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { Route } from './route.ts';
import type { Run } from './run.ts';
import type { Timer } from './timer.ts';
import type { TypedData } from './programming-model.ts';

type AdminRequest = { readonly method: string; readonly url: URL; readonly body: Uint8Array | undefined };
export type Admin = (request: AdminRequest) => Promise<Reply>;

type Hosted = {
  readonly functions: readonly HostedFunction[];
  readonly routes: readonly Route[];
  readonly timers: readonly Timer[];
  readonly run: Run;
};

/** Returns the admin API of the hosted functions. */
export function createAdmin(hosted: Hosted): Admin {
  return async ({ method, url, body }) => {
    const path = url.pathname.replace(/\/$/, '');
    if (method === 'GET' && path === '/admin/host/status') return jsonReply(200, { state: 'Running' });
    if (method === 'GET' && path === '/admin/functions') return jsonReply(200, listFunctions(hosted));
    const name = /^\/admin\/functions\/([^/]+)$/.exec(path)?.[1];
    if (method !== 'POST' || name === undefined) return emptyReply(404);
    return runNow(hosted, name, { wait: url.searchParams.get('wait') === 'true', body });
  };
}

function listFunctions({ functions, routes, timers }: Hosted): unknown[] {
  return functions.map(({ name, trigger }) => {
    const route = routes.find(({ called }) => called.name === name);
    const timer = timers.find(({ called }) => called.name === name);
    return {
      name,
      trigger: trigger.type,
      ...(route && { methods: route.methods, route: route.path, authLevel: route.authLevel }),
      ...(timer && { schedule: timer.schedule }),
    };
  });
}

async function runNow(
  { functions, routes, timers, run }: Hosted,
  name: string,
  { wait, body }: { readonly wait: boolean; readonly body: Uint8Array | undefined },
): Promise<Reply> {
  const called = functions.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (called === undefined) return jsonReply(404, { error: `There is no function "${name}"` });
  const route = routes.find((candidate) => candidate.called === called);
  if (route) return jsonReply(400, { error: `Cannot run "${name}": it is called by HTTP, at ${route.path}` });
  const input = parseInput(body);
  if (input === undefined) return jsonReply(400, { error: 'The body must be JSON of the form { "input": ... }' });

  const data = timers.find((timer) => timer.called === called)?.data() ?? input;
  const ended = run(called, data);
  if (!wait) return emptyReply(202);
  const outcome = await ended;
  return jsonReply(outcome.outcome === 'succeeded' ? 200 : 500, outcome);
}

/** Returns the input of a manual run: text unchanged, anything else as JSON. A missing body is an empty input. */
function parseInput(body: Uint8Array | undefined): TypedData | undefined {
  if (body === undefined) return { string: '' };
  try {
    const { input } = JSON.parse(Buffer.from(body).toString()) as { input?: unknown };
    return { string: typeof input === 'string' ? input : JSON.stringify(input ?? '') };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
