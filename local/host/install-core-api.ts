import Module from 'node:module';
import { Disposable } from './disposable.ts';
import type { Log } from './programming-model.ts';
import type { Registry } from './registry.ts';

const coreApiName = '@azure/functions-core';

/**
 * Answers `require('@azure/functions-core')` with the API of this host, like the real worker: there is no such package.
 *
 * Must be called before the app is loaded. The library requires it once, and without an answer believes that it is in a unit test.
 */
export function installCoreApi(registry: Registry, log: Log): void {
  const api = {
    // The versions of the worker and the host whose behaviour this host follows.
    version: '3.9.1',
    hostVersion: '4.1037.0',
    Disposable,
    setProgrammingModel: registry.setProgrammingModel,
    getProgrammingModel: registry.getProgrammingModel,
    registerFunction: registry.registerFunction,
    registerHook: registry.registerHook,
    log,
  };
  // eslint-disable-next-line @typescript-eslint/unbound-method -- the proxy passes the requiring module on
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply: (original, module, [id]: [string]): unknown =>
      id === coreApiName ? api : Reflect.apply(original, module, [id]),
  });
}
