import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const client = resolve(import.meta.dirname, '../../cli/main.ts');

/** The exit code and the output of a run. */
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A run of the client in its own process. */
export type Running = { readonly child: ChildProcess; readonly ended: Promise<Ended> };

export type ClientOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly nodeArguments?: readonly string[];
};

/** A folder for the client to run in, with the files of a directory. */
export type Folder = {
  readonly path: string;
  write(name: string, content: string | Uint8Array): Promise<void>;
  start(args: readonly string[], options?: ClientOptions): Running;
  run(args: readonly string[], options?: ClientOptions): Promise<Ended>;
  remove(): Promise<void>;
};

/** Creates an empty folder. */
export async function makeFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'cli-'));
  const start = (args: readonly string[], options: ClientOptions = {}): Running => startIn(path, args, options);
  return {
    path,
    start,
    write: (name, content) => writeFile(join(path, name), content),
    run: (args, options) => start(args, options).ended,
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

function startIn(cwd: string, args: readonly string[], { env, input, nodeArguments = [] }: ClientOptions): Running {
  const child = spawn(process.execPath, [...nodeArguments, client, ...args], { cwd, env: { ...process.env, ...env } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  }
  child.stdin.end(input);
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ code, ...said }));
  });
  return { child, ended };
}
