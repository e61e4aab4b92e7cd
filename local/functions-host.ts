import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { cutLifeline } from './cut-lifeline.ts';
import { projectRoot } from './project-root.ts';
import type { HostMessage } from './host/tell-parent.ts';

export type FunctionsHostOptions = {
  /** 0: any free port. */
  readonly port: number;
  /** Settings that override those of this process and of the settings file. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Shows warnings and errors only. */
  readonly quiet?: boolean;
  /** The folder with package.json and host.json of the app; that of the project by default. */
  readonly appRoot?: string;
  /** Writes the log of the host to the terminal, or to `child.stdout` and `child.stderr`. */
  readonly output?: 'inherit' | 'pipe';
  /** The program of the host; its source by default. */
  readonly program?: string;
};

/** The source of the program of the functions host. */
export const hostProgram = join(import.meta.dirname, 'host', 'main.ts');

/** A running functions host. */
export type RunningFunctionsHost = {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** Waits for running invocations, then ends the process. */
  stop(): Promise<void>;
};

/** Starts the functions host as a child process that ends with this one. If it cannot start, rejects with the reason. */
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
    // In its own process group: on Ctrl-C, the parent decides in which order the processes end.
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
