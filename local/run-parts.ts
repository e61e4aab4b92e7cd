import { hasEnded } from './cut-lifeline.ts';
import type { ChildProcess } from 'node:child_process';

/** A started part of the local system. If it is a process, that may end by itself. */
export type Part = { readonly child?: ChildProcess; stop(): Promise<void> };

/** The parts of the local system. They are started one after another, and stopped in reverse order. */
export type Parts = {
  /** Starts a part and adds it. If the part ends by itself later, all others are stopped and this process ends with exit code 1. */
  start<P extends Part>(name: string, start: () => Promise<P>): Promise<P>;
  /** Stops all parts, and ends this process with exit code 0. */
  finish(): Promise<void>;
};

/**
 * Runs the local system until a signal (Ctrl-C, SIGTERM), until a part ends, until the npm that started it ends, or until it finishes.
 *
 * `startAll` starts the parts. If one cannot start, the running ones are stopped, and this process ends with exit code 1 and the reason.
 */
export async function runParts(startAll: (parts: Parts) => Promise<void>): Promise<void> {
  const running: Part[] = [];
  let stopping = false;

  async function end(exitCode: number, reason?: string): Promise<void> {
    if (stopping) return;
    stopping = true;
    if (reason !== undefined) console.error(reason);
    for (const part of running.toReversed()) await part.stop();
    process.exit(exitCode);
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  whenOrphaned(() => void end(0));

  try {
    await startAll({
      async start(name, start) {
        const part = await start();
        running.push(part);
        if (stopping) await part.stop();
        whenEnded(part, (how) => void end(1, `${name} ended unexpectedly (${how}); stopping everything`));
        return part;
      },
      finish: () => end(0),
    });
  } catch (error) {
    await end(1, error instanceof Error ? error.message : String(error));
  }
}

function whenEnded({ child }: Part, act: (how: string) => void): void {
  if (child === undefined) return;
  const tell = (): void => act(child.signalCode ?? `exit code ${child.exitCode ?? 'none'}`);
  if (hasEnded(child)) tell();
  else child.once('exit', tell);
}

/** npm runs scripts in a shell, and a signal may end the shell without reaching this process. */
function whenOrphaned(act: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) act();
  }, 250).unref();
}
