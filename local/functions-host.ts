import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { cutLifeline } from './lifeline.ts';
import { projectRoot } from './project-root.ts';
import type { HostMessage } from './host/tell-parent.ts';

export type FunctionsHostOptions = {
  /** 0: any free port. */
  readonly port: number;
  /** Settings that win over those of this process and of the settings file. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Shows warnings and errors only. */
  readonly quiet?: boolean;
  /** The folder of the app's package.json and host.json; the project's own unless given. */
  readonly appRoot?: string;
  /** Where the host's log goes: to the terminal, or to `child.stdout` and `child.stderr`. */
  readonly output?: 'inherit' | 'pipe';
  /** The host's own program: its source unless given. */
  readonly program?: string;
};

/** The source of the functions host's program. */
export const hostProgram = join(import.meta.dirname, 'host', 'main.ts');

/** The functions host as it runs. */
export type RunningFunctionsHost = {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** Lets running invocations end, then ends the process. */
  stop(): Promise<void>;
};

/** Starts the functions host as a child process that ends with this one. Rejects with what the child says where it cannot start. */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<RunningFunctionsHost> {
  const {
    port,
    environment,
    quiet = false,
    appRoot = projectRoot,
    output = 'inherit',
    program = hostProgram,
  } = options;
  const child = fork(program, ['--app', appRoot, ...(quiet ? ['--quiet'] : [])], {
    env: { ...process.env, ...environment, PORT: String(port) },
    execArgv: program === hostProgram ? ['--enable-source-maps'] : [],
    stdio: ['ignore', output, output, 'ipc'],
    // A process group of its own: on Ctrl-C the parent decides in which order things end.
    detached: true,
  });
  const url = await untilReady(child);
  return { url, port: Number(new URL(url).port), child, stop: () => cutLifeline(child) };
}

async function untilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`Cannot start the functions host: it ended with exit code ${code ?? 'none'}`)),
    );
    child.once('message', (message: HostMessage) => {
      if (message.ready) resolve(message.url);
      else reject(new Error(message.message));
    });
  });
}
