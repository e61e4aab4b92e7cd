/** The stage of a case: Azurite in memory, and the built bundle in the functions host, each in its own process. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { hostProgram, type RunningFunctionsHost, startFunctionsHost } from '../../local/functions-host.ts';
import { projectRoot } from '../../local/project-root.ts';
import { cpuMsOf } from './cpu-ms-of.ts';
import type { Gauge } from './gauge.ts';

/** A running service and its storage. */
export type Stage = {
  readonly connectionString: string;
  /** Registers a new tenant and returns its id. */
  readonly newTenant: () => Promise<string>;
  /** Sends a request to a path of the API and returns the body of the answer. Throws unless the request succeeds. */
  readonly send: (path: string, request?: Request) => Promise<Uint8Array>;
  /** Sends a request like {@link Stage.send}, and returns the status even if the request fails. */
  readonly statusOf: (path: string, request?: Request) => Promise<number>;
  /** Returns the CPU time that the storage, the service and this client have used, in milliseconds. Linux only. */
  readonly cpuMs: () => Promise<number>;
  /** Does some work, and returns the resources that the process of the service used for it. */
  readonly gauged: (work: () => Promise<unknown>) => Promise<Gauge & { readonly ms: number }>;
};

type Request = { readonly method?: string; readonly body?: Uint8Array };

/** Runs a piece of work with its own service and storage. */
export async function onStage<T>(
  work: (stage: Stage) => Promise<T>,
  { profiles }: { readonly profiles?: string | undefined } = {},
): Promise<T> {
  const azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  try {
    const host = await startHost(azurite, profiles);
    try {
      return await work(stageOf(azurite, host));
    } finally {
      await host.stop();
    }
  } finally {
    await azurite.stop();
  }
}

/**
 * Bundles the functions host and the gauge into a folder. A worker in Azure does not compile TypeScript or read source maps
 * either, and both would take more memory than many requests.
 */
async function hostBundle(): Promise<{ readonly program: string; readonly gauge: string }> {
  const outdir = join(projectRoot, 'bench', 'out');
  const program = join(outdir, 'host.mjs');
  const gauge = join(outdir, 'gauge.mjs');
  await bundle({
    entryPoints: { host: hostProgram, gauge: join(import.meta.dirname, 'gauge.ts') },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return { program, gauge };
}

async function startHost(
  { connectionString }: RunningAzurite,
  profiles: string | undefined,
): Promise<RunningFunctionsHost> {
  const { program, gauge } = await hostBundle();
  const profiling = profiles === undefined ? '' : ` --cpu-prof --cpu-prof-dir=${profiles}`;
  return startFunctionsHost({
    port: 0,
    quiet: true,
    program,
    environment: {
      AzureWebJobsStorage: connectionString,
      NODE_OPTIONS: `--import ${pathToFileURL(gauge).href}${profiling}`,
      // No timer may fire during a measurement.
      SWEEP_SCHEDULE: '0 0 0 1 1 *',
      MONDAY_MAIL_SCHEDULE: '0 0 0 1 1 *',
    },
  });
}

let tenants = 0;

function stageOf({ connectionString, child }: RunningAzurite, host: RunningFunctionsHost): Stage {
  const request = async (path: string, { method = 'GET', body }: Request) => {
    const response = await fetch(`${host.url}/api/${path}`, { method, ...(body ? { body: body as BodyInit } : {}) });
    return { status: response.status, answer: new Uint8Array(await response.arrayBuffer()) };
  };
  const send: Stage['send'] = async (path, { method = 'GET', body } = {}) => {
    const { status, answer } = await request(path, { method, ...(body ? { body } : {}) });
    if (status >= 400) throw new Error(`${method} ${path} was answered ${status}: ${textOf(answer).slice(0, 500)}`);
    return answer;
  };
  return {
    connectionString,
    send,
    statusOf: async (path, options = {}) => (await request(path, options)).status,
    cpuMs: () => cpuMsOf([child.pid, host.child.pid, process.pid]),
    newTenant: async () => {
      const tenantId = `bench-${++tenants}`;
      const registration = { initialDomain: 'contoso.onmicrosoft.com', recipients: [] };
      await send(`tenants/${tenantId}`, { method: 'PUT', body: bytesOf(registration) });
      return tenantId;
    },
    gauged: async (work) => {
      const before = await readGauge(host);
      const started = performance.now();
      await work();
      const ms = performance.now() - started;
      return { ...difference(await readGauge(host), before), ms };
    },
  };
}

async function readGauge({ child }: RunningFunctionsHost): Promise<Gauge> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve((message as { gauge: Gauge }).gauge));
    child.send('gauge');
  });
}

function difference(after: Gauge, before: Gauge): Gauge {
  return {
    cpuMs: after.cpuMs - before.cpuMs,
    peakBytes: after.peakBytes,
    longestBlockMs: after.longestBlockMs,
    requests: after.requests - before.requests,
    writes: after.writes - before.writes,
    bytesRead: after.bytesRead - before.bytesRead,
  };
}

/** Returns a value as the body of a request. */
export function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Returns an answer as text. */
export function textOf(answer: Uint8Array): string {
  return new TextDecoder().decode(answer);
}
