import { authorizeByKey, authorizeEverybody } from './authorize.ts';
import { createAdmin } from './admin.ts';
import { createHttpServer } from './create-http-server.ts';
import { createInFlight } from './in-flight.ts';
import { createInvoke } from './invoke.ts';
import { createRoutes } from './route.ts';
import { createRun, type Run } from './run.ts';
import { createTimer, isTimer } from './timer.ts';
import { listen } from '../listen.ts';
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

  const onPort = (used: number): string => `PORT=${used + 1} npm start`;
  const url = `http://127.0.0.1:${await listen(server, port, { name: 'the functions host', onPort })}`;
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
