/**
 * One invocation, in the order of the real worker:
 * arguments, preInvocation hooks, the handler, postInvocation hooks, the response.
 */
import { randomUUID } from 'node:crypto';
import type { App } from './app.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { WriteLine } from './create-log.ts';
import type { CoreInvocationContext, InvocationResponse, Log, LogLevel, TypedData } from './programming-model.ts';

/** Calls a function with the data of its trigger, and gives what the library made of the result. Throws what the function threw. */
export type Invoke = (called: HostedFunction, data: TypedData) => Promise<InvocationResponse>;

/** Makes the one place that calls functions. */
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
    // A hook may have replaced the inputs and the function, so both are taken back from it.
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
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what the function threw goes on as it is
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

/** Takes what a function logs: the log hooks see every entry, and may rewrite what the user wrote. */
function createInvocationLog(app: App, name: string, shared: Record<string, unknown>, write: WriteLine): Log {
  return (level, category, message) => {
    const entry: Record<string, unknown> = { ...shared, level, category, message };
    for (const hook of app.registry.hooks('log')) runQuietly(() => hook(entry));
    if (category !== 'user') write(level, `${name}: ${message}`);
    else write(entry.level as LogLevel, `${name}: ${String(entry.message)}`);
  };
}

/** The worker swallows what a log hook throws: logging must not fail an invocation. */
function runQuietly(run: () => unknown): void {
  try {
    run();
  } catch {
    return;
  }
}
