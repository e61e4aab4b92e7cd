import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { hasEnded } from './cut-lifeline.ts';
import type { Part } from './run-parts.ts';

// On Windows `func` is a script, which only a shell can start. None of the arguments comes from outside.
const spawnOptions = { shell: process.platform === 'win32' } as const;
const patienceMs = 10_000;

/** Checks that `func` is on the PATH. If not, rejects with advice. */
export async function requireCoreTools(): Promise<void> {
  const child = spawn('func', ['--version'], { ...spawnOptions, stdio: 'ignore' });
  const found = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
  if (found) return;
  throw new Error(
    'Cannot start func: Azure Functions Core Tools are not on the PATH.\n' +
      '"npm start" runs the same functions without them. To install them, see https://aka.ms/azure-functions-core-tools',
  );
}

/** Starts `func start`, with its output on this terminal. The environment replaces a missing local.settings.json. */
export async function startCoreTools({
  port,
  appRoot,
  environment,
}: {
  readonly port: number;
  readonly appRoot: string;
  readonly environment: NodeJS.ProcessEnv;
}): Promise<Part & { readonly child: ChildProcess }> {
  const child = spawn('func', ['start', '--port', String(port)], {
    ...spawnOptions,
    cwd: appRoot,
    env: environment,
    stdio: 'inherit',
  });
  await once(child, 'spawn');
  return { child, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  const deadline = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(deadline);
}
