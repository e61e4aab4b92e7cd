import { Disposable } from './disposable.ts';
import type { FunctionCallback, FunctionMetadata, HookCallback, ProgrammingModel } from './programming-model.ts';

const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;

type HookName = (typeof hookNames)[number];

/** A function as the app registered it. */
export type RegisteredFunction = { readonly metadata: FunctionMetadata; readonly callback: FunctionCallback };

/** The registrations of an app: its functions, its hooks, and the library that registers them. */
export type Registry = ReturnType<typeof createRegistry>;

/** Returns an empty registry. It accepts registrations until it is locked. */
export function createRegistry() {
  const functions = new Map<string, RegisteredFunction>();
  const hooks = new Map<HookName, HookCallback[]>(hookNames.map((name) => [name, []]));
  let model: ProgrammingModel | undefined;
  let locked = false;

  return {
    setProgrammingModel: (next: ProgrammingModel): void => void (model = next),
    getProgrammingModel: (): ProgrammingModel | undefined => model,

    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback): Disposable => {
      const id = metadata.functionId ?? metadata.name;
      if (locked) throw systemError(Error, `Cannot register function "${id}": the app has already started`);
      if (functions.has(id)) throw systemError(Error, `Cannot register function "${id}": there already is one`);
      functions.set(id, { metadata, callback });
      return new Disposable(() => {
        if (locked) throw systemError(Error, `Cannot remove function "${id}": the app has already started`);
        functions.delete(id);
      });
    },

    registerHook: (name: string, callback: HookCallback): Disposable => {
      const callbacks = hooks.get(name as HookName);
      // By exactly this error, the library recognises a host that is too old for a hook.
      if (callbacks === undefined)
        throw systemError(RangeError, `Cannot register hook "${name}": there is no such hook`);
      callbacks.push(callback);
      return new Disposable(() => {
        callbacks.splice(callbacks.indexOf(callback), 1);
      });
    },

    /** Returns the present hooks of one kind, in the order of their registration. */
    hooks: (name: HookName): readonly HookCallback[] => [...(hooks.get(name) ?? [])],
    functions: (): readonly RegisteredFunction[] => [...functions.values()],
    lock: (): void => void (locked = true),
  };
}

function systemError(Kind: ErrorConstructor, message: string): Error {
  return Object.assign(new Kind(message), { isAzureFunctionsSystemError: true });
}
