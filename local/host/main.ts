/**
 * The local functions host, as a process: `node local/host/main.ts [--app <folder>] [--keys] [--quiet]`.
 *
 * It is its own process because an app can register itself only once, and may end its process with an uncaught error.
 * Environment: PORT (7071), FUNCTION_KEYS_ENFORCED=true (like --keys), DECODE_SLASHES=true (routes an encoded slash as a slash,
 * like the front end of a deployed app).
 */
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { createLog, describeError } from './create-log.ts';
import { portFrom } from '../port-from.ts';
import { readLocalSettings, withEnvironment } from '../read-local-settings.ts';
import { startHost, type RunningHost } from './start-host.ts';
import { tellParent } from './tell-parent.ts';
import { watchLifeline } from '../watch-lifeline.ts';

const { values } = parseArgs({
  options: {
    app: { type: 'string', default: process.cwd() },
    keys: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
});
const write = createLog({ quiet: values.quiet });

let host: RunningHost | undefined;
let stopping = false;

async function start(): Promise<void> {
  const appRoot = resolve(values.app);
  // As in the cloud, the working directory is the folder of the app, and the environment has its settings.
  process.chdir(appRoot);
  Object.assign(process.env, withEnvironment(readLocalSettings(appRoot), process.env));
  host = await startHost({
    appRoot,
    port: portFrom(process.env, 'PORT', 7071),
    enforceKeys: values.keys || process.env.FUNCTION_KEYS_ENFORCED === 'true',
    decodeSlashes: process.env.DECODE_SLASHES === 'true',
    write,
  });
  write('information', `The functions host listens on ${host.url}`);
  await tellParent({ ready: true, url: host.url });
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await host?.stop();
  process.exit(0);
}

/** Ends the process with a message. If the parent still waits for the start, it receives the message instead of the terminal. */
async function fail(error: unknown): Promise<void> {
  const message = error instanceof Error && host === undefined ? error.message : describeError(error);
  const told = host === undefined && (await tellParent({ ready: false, message }));
  if (!told) console.error(message);
  process.exit(1);
}

// These end the real worker too, and its host starts another one.
process.on('uncaughtException', (error) => void fail(error));
process.on('unhandledRejection', (reason) => void fail(reason));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
watchLifeline(() => void stop());

await start().catch(fail);
