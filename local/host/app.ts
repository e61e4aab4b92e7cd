import { hostFunction, type HostedFunction } from './hosted-function.ts';
import { installCoreApi } from './install-core-api.ts';
import { loadEntryPoints } from './load-entry-points.ts';
import { createRegistry, type Registry } from './registry.ts';
import type { WriteLine } from './create-log.ts';
import type { ProgrammingModel } from './programming-model.ts';

/** A started app: its registrations, and the data that its hooks share. */
export type App = {
  readonly functions: readonly HostedFunction[];
  readonly registry: Registry;
  readonly model: ProgrammingModel;
  readonly appHookData: Record<string, unknown>;
  /** Runs the appTerminate hooks. */
  terminate(): Promise<void>;
};

/** Loads an app in the order of the real worker: entry points, appStart hooks, capabilities, and then no more registrations. */
export async function loadApp(appRoot: string, write: WriteLine): Promise<App> {
  const registry = createRegistry();
  installCoreApi(registry, (level, _category, message) => write(level, message));
  await loadEntryPoints(appRoot);

  const appHookData = {};
  // The start and end hooks of the app share one object; each invocation has its own.
  const context = { hookData: {}, appHookData, functionAppDirectory: appRoot };
  for (const hook of registry.hooks('appStart')) await hook(context);

  const model = registry.getProgrammingModel();
  if (model === undefined) throw new Error('Cannot start: the app registered no function');
  await refuseStreaming(model);
  registry.lock();

  return {
    functions: registry.functions().map((registered) => hostFunction(registered, process.env)),
    registry,
    model,
    appHookData,
    terminate: async () => {
      for (const hook of registry.hooks('appTerminate')) await hook({ hookData: context.hookData, appHookData });
    },
  };
}

async function refuseStreaming(model: ProgrammingModel): Promise<void> {
  const capabilities = await model.getCapabilities({});
  if (capabilities.HttpUri === undefined) return;
  throw new Error('Cannot start: the app enables HTTP streaming, which this host does not serve');
}
