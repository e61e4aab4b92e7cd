/**
 * Invokes a function in the order of the real worker: arguments, preInvocation hooks, handler, postInvocation hooks, response.
 */
import { randomUUID } from 'node:crypto';
import type { App } from './app.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { WriteLine } from './create-log.ts';
import type { CoreInvocationContext, InvocationResponse, Log, LogLevel, TypedData } from './programming-model.ts';

/** Calls a function with the data of its trigger, and returns the response of the library. Throws the error of the function. */
export type Invoke = (called: HostedFunction, data: TypedData) => Promise<InvocationResponse>;

/** Returns the invoker of the functions of an app. */
export function createInvoke(app: App, write: WriteLine): Invoke {
  return async (called, data) => {
    const shared: Record<string, unknown> = { hookData: {}, appHookData: app.appHookData };
    const core = coreContext(called, data, createInvocationLog(app, called.name, shared, write));
    const model = await app.model.getInvocationModel(core);
    const { context, inputs } = await model.getArguments();
    shared.invocationContext = context;

    core.state = 'preInvocationHooks';
    const before = { ...shared, inputs, functionCallback: called.callback };
    for (const hook of app.registry.hooks('preInvocation')) await hook(before);

    core.state = 'invocation';
    // A hook may have replaced the inputs and the function, so both are read from the context of the hooks.
    const after: Outcome = { result: undefined, error: undefined };
    try {
      after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error;
    }

    core.state = 'postInvocationHooks';
    const rewritable = Object.assign(after, shared, { inputs: before.inputs });
    for (const hook of app.registry.hooks('postInvocation')) await hook(rewritable);

    core.state = undefined;
    // A hook may have turned a failure into a result, or the other way round.
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the error of the function is thrown unchanged
    if (after.error !== null && after.error !== undefined) throw after.error;
    return model.getResponse(context, after.result);
  };
}

type Outcome = { result: unknown; error: unknown };

function coreContext(called: HostedFunction, data: TypedData, log: Log): CoreInvocationContext {
  const invocationId = randomUUID();
  return {
    invocationId,
    request: {
      invocationId,
      functionId: called.name,
      inputData: [{ name: called.trigger.name, data }],
      triggerMetadata: {},
      traceContext: null,
      retryContext: null,
    },
    metadata: called.metadata,
    state: undefined,
    log,
  };
}

/** Returns the log of an invocation: log hooks see every entry, and may change the entries of the user. */
function createInvocationLog(app: App, name: string, shared: Record<string, unknown>, write: WriteLine): Log {
  return (level, category, message) => {
    const entry: Record<string, unknown> = { ...shared, level, category, message };
    for (const hook of app.registry.hooks('log')) runQuietly(() => hook(entry));
    if (category !== 'user') write(level, `${name}: ${message}`);
    else write(entry.level as LogLevel, `${name}: ${String(entry.message)}`);
  };
}

/** The worker ignores errors of log hooks: logging must not fail an invocation. */
function runQuietly(run: () => unknown): void {
  try {
    run();
  } catch {
    return;
  }
}
