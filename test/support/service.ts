import { inject } from 'vitest';
import { openStorage } from '../../shared/store/storage.ts';
import { registrationIdOf } from '../../shared/tenant-id.ts';
import { writeEarlierRegistration } from './storage.ts';
import { type RunningFunctionsHost, startFunctionsHost } from '../../local/functions-host.ts';

/** A schedule that falls due in no test: a timer that runs by itself, on the hour, would change what a test compares. */
export const never = '0 0 0 1 1 *';

/** Starts the functions host with the built bundle on the Azurite of this run. Its timers run only when they are told to. */
export function startService(environment: Readonly<Record<string, string>> = {}): Promise<RunningFunctionsHost> {
  return startFunctionsHost({
    port: 0,
    quiet: true,
    environment: {
      AzureWebJobsStorage: inject('connectionString'),
      SWEEP_SCHEDULE: never,
      MONDAY_MAIL_SCHEDULE: never,
      ...environment,
    },
  });
}

/** What a request got back; `body` is parsed if it is JSON. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  // The tests read many shapes of answers.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
};

/** Sends a request; an object as the body is sent as JSON. */
export async function send(
  url: string,
  { method = 'GET', body, headers }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    ...(headers ? { headers } : {}),
    ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text };
}

let tenants = 0;

/**
 * A tenant of its own for a test, and the requests of a sync client to it. It is the second registration of its id, on
 * the storage of this run or of the connection string.
 */
export async function registerTenant(
  service: { url: string },
  registration: Record<string, unknown> = {},
  connectionString = inject('connectionString'),
) {
  const tenantId = `t${process.pid}-${Date.now()}-${++tenants}`;
  await writeEarlierRegistration(openStorage({ connectionString }), tenantId);
  const url = `${service.url}/api/tenants/${tenantId}`;
  const put = (body: unknown): Promise<Answer> => send(url, { method: 'PUT', body });
  await put({ initialDomain: 'contoso.onmicrosoft.com', recipients: ['admin@contoso.com'], ...registration });
  return {
    tenantId,
    registrationId: registrationIdOf(tenantId, 2),
    url,
    put,
    get: (path: string): Promise<Answer> => send(`${url}${path}`),
    object: (sourceAnchor: string): Promise<Answer> => send(`${url}/objects/${encodeURIComponent(sourceAnchor)}`),
    export: (operations: readonly unknown[], rest: Record<string, unknown> = {}): Promise<Answer> =>
      send(`${url}/exports`, { method: 'POST', body: { operations, ...rest } }),
  };
}
