import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cutLifeline } from './cut-lifeline.ts';
import { freePort } from './free-port.ts';
import { projectRoot } from './project-root.ts';

/** The services to start, their ports (0: any free port), and the place of their data. */
export type AzuriteOptions = {
  readonly services: 'table' | 'all';
  readonly tablePort: number;
  /** Only with `services: 'all'`. */
  readonly blobPort?: number;
  /** Only with `services: 'all'`. */
  readonly queuePort?: number;
  /** The folder of the data. Required unless `inMemory`. */
  readonly location?: string;
  /** Keeps the data in memory: it is lost when the process ends. */
  readonly inMemory?: boolean;
  /** Serves https with the certificate and key in these files, and accepts the tokens of an identity as well as keys. */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
};

/** A running Azurite. */
export type RunningAzurite = {
  /** The port of the table service. */
  readonly port: number;
  readonly tableUrl: string;
  readonly connectionString: string;
  readonly child: ChildProcess;
  /** Saves the data and ends the process. */
  stop(): Promise<void>;
};

type Ports = { readonly table: number; readonly blob: number; readonly queue: number };

// The account and key of every storage emulator. They are public, and open nothing else.
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * Starts the real Azurite as a child process that ends with this one, and resolves once it listens.
 *
 * If a port is in use, rejects with a message that names the port and its setting.
 */
export async function startAzurite(options: AzuriteOptions): Promise<RunningAzurite> {
  const ports = await choosePorts(options);
  const child = forkAzurite(options, ports);
  await untilItListens(child, options, ports);
  const tableUrl = `${options.tls ? 'https' : 'http'}://127.0.0.1:${ports.table}/${account}`;
  return {
    port: ports.table,
    tableUrl,
    connectionString: connectionString(options, ports),
    child,
    stop: () => cutLifeline(child),
  };
}

async function choosePorts(options: AzuriteOptions): Promise<Ports> {
  return {
    table: await choosePort(options.tablePort),
    blob: await choosePort(options.blobPort ?? 0),
    queue: await choosePort(options.queuePort ?? 0),
  };
}

/** Azurite could choose a free port itself, but its table service does not report which one it took. */
async function choosePort(port: number): Promise<number> {
  return port === 0 ? freePort() : port;
}

function forkAzurite(options: AzuriteOptions, ports: Ports): ChildProcess {
  const script = options.services === 'table' ? 'table/main.js' : 'azurite.js';
  return fork(join(projectRoot, 'node_modules/azurite/dist/src', script), azuriteArguments(options, ports), {
    execArgv: ['--import', new URL('./azurite-lifeline.ts', import.meta.url).href],
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // In its own process group, because Ctrl-C must not close the storage while a function still writes to it.
    detached: true,
  });
}

function azuriteArguments(options: AzuriteOptions, ports: Ports): string[] {
  return [
    // Without this, Azurite sends telemetry.
    '--disableTelemetry',
    '--skipApiVersionCheck',
    '--silent',
    ...(options.inMemory ? ['--inMemoryPersistence'] : ['--location', locationOf(options)]),
    ...['--tablePort', String(ports.table)],
    ...(options.tls ? ['--cert', options.tls.certificateFile, '--key', options.tls.keyFile, '--oauth', 'basic'] : []),
    ...(options.services === 'all' ? ['--blobPort', String(ports.blob), '--queuePort', String(ports.queue)] : []),
  ];
}

function locationOf({ location }: AzuriteOptions): string {
  if (location !== undefined) return location;
  throw new Error('Cannot start Azurite: it needs a location or inMemory.');
}

async function untilItListens(child: ChildProcess, options: AzuriteOptions, ports: Ports): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const listen = (text: string): void => {
      output += text;
      if (/Table service (is )?successfully (started|listening)/.test(output)) resolve();
    };
    child.stdout?.setEncoding('utf8').on('data', listen);
    child.stderr?.setEncoding('utf8').on('data', listen);
    child.once('error', reject);
    child.once('close', () => reject(new Error(whyItEnded(output, options, ports))));
  });
}

function whyItEnded(output: string, { services }: AzuriteOptions, ports: Ports): string {
  const taken = /EADDRINUSE\D*[\d.]+:(\d+)/.exec(output)?.[1];
  if (taken === undefined) return `Cannot start Azurite: it ended with the output "${output.trim()}"`;
  const setting = settingOf(Number(taken), ports);
  const command = services === 'table' ? 'npm start' : 'npm run start:func';
  return `Cannot start Azurite: port ${taken} is in use. Choose another one: ${setting}=${Number(taken) + 10} ${command}`;
}

function settingOf(port: number, ports: Ports): string {
  if (port === ports.blob) return 'AZURITE_BLOB_PORT';
  if (port === ports.queue) return 'AZURITE_QUEUE_PORT';
  return 'AZURITE_TABLE_PORT';
}

function connectionString({ services }: AzuriteOptions, ports: Ports): string {
  const endpoint = (service: string, port: number) => `${service}Endpoint=http://127.0.0.1:${port}/${account};`;
  const others = endpoint('Blob', ports.blob) + endpoint('Queue', ports.queue);
  return (
    `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};` +
    (services === 'all' ? others : '') +
    endpoint('Table', ports.table)
  );
}
