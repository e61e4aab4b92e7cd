import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { authorizeByKey, authorizeEverybody } from './authorize.ts';
import { createAdmin } from './admin.ts';
import { createHttpServer } from './create-http-server.ts';
import { createInFlight } from './in-flight.ts';
import { createInvoke } from './invoke.ts';
import { createRoutes } from './route.ts';
import { createRun, type Run } from './run.ts';
import { createTimer, isTimer } from './timer.ts';
import { loadApp } from './app.ts';
import { readHttpSettings } from './read-http-settings.ts';
import { unsupported } from './hosted-function.ts';
import type { WriteLine } from './create-log.ts';

type HostOptions = {
  readonly appRoot: string;
  /** 0: any free port. */
  readonly port: number;
  readonly enforceKeys: boolean;
  readonly decodeSlashes: boolean;
  readonly write: WriteLine;
};

/** A running host. */
export type RunningHost = {
  readonly url: string;
  /** Accepts no more work, waits for running invocations, then runs the end hooks of the app. */
  stop(): Promise<void>;
};

const patienceMs = 10_000;

/** Loads an app into this process and serves it. The settings of the app must already be in the environment. */
export async function startHost({
  appRoot,
  port,
  enforceKeys,
  decodeSlashes,
  write,
}: HostOptions): Promise<RunningHost> {
  const authorize = enforceKeys ? authorizeByKey(process.env) : authorizeEverybody;
  const { routePrefix, customHeaders } = readHttpSettings(appRoot);
  const app = await loadApp(appRoot, write);
  app.functions.flatMap(unsupported).forEach((difference) => write('warning', difference));

  const inFlight = createInFlight();
  const invoke = createInvoke(app, write);
  const runUncounted = createRun(invoke, write);
  const run: Run = (called, data) => inFlight.track(runUncounted(called, data));
  const routes = createRoutes(app.functions, routePrefix);
  const timers = app.functions.filter(isTimer).map(createTimer);
  const admin = createAdmin({ functions: app.functions, routes, timers, run });
  const knownName = URL.parse(process.env.REPORT_BASE_URL ?? '')?.hostname;
  const server = createHttpServer({
    ...{ routes, admin, authorize, invoke, inFlight, write, decodeSlashes, customHeaders },
    knownNames: knownName ? [knownName] : [],
  });

  const url = await listen(server, port);
  for (const timer of timers) timer.start(() => run(timer.called, timer.data()));

  return {
    url,
    async stop() {
      timers.forEach((timer) => timer.stop());
      server.close();
      const left = await inFlight.settle(patienceMs);
      if (left > 0) write('warning', `${left} invocations were still running after ${patienceMs / 1000} s`);
      await app.terminate();
    },
  };
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(whyNotListening(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function whyNotListening(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  const message = `Cannot start the functions host: port ${port} is in use. Choose another one: PORT=${port + 1} npm start`;
  return new Error(message, { cause: error });
}
