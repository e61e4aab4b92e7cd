import { resolveSettings } from './resolve-settings.ts';
import type { Binding, FunctionCallback, FunctionMetadata } from './programming-model.ts';
import type { RegisteredFunction } from './registry.ts';

/** A registered function, with the `%SETTING%`s in its trigger replaced. */
export type HostedFunction = {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  readonly trigger: Binding;
};

/** Prepares a registered function for hosting. Throws if a setting in its bindings is missing. */
export function hostFunction(
  { metadata, callback }: RegisteredFunction,
  environment: NodeJS.ProcessEnv,
): HostedFunction {
  const bindings = Object.values(metadata.bindings).map(
    (binding) => resolveSettings(binding, metadata.name, environment) as Binding,
  );
  const trigger = bindings.find(({ type }) => isTrigger(type));
  if (trigger === undefined) throw new Error(`Cannot host function "${metadata.name}": it has no trigger`);
  return { name: metadata.name, metadata, callback, trigger };
}

/** Returns whether the platform calls a function for this kind of binding. */
function isTrigger(type: string): boolean {
  return /trigger$/i.test(type);
}

/** Returns a sentence for each feature of a function that this host does not support: such differences to the cloud must not be silent. */
export function unsupported({ name, metadata, trigger }: HostedFunction): string[] {
  const others = Object.values(metadata.bindings).filter(({ type }) => !isTrigger(type) && type !== 'http');
  return [
    ...(['httpTrigger', 'timerTrigger'].includes(trigger.type)
      ? []
      : [
          `"${name}" has a ${trigger.type}, which this host does not listen to; run it with POST /admin/functions/${name}`,
        ]),
    ...(metadata.retryOptions === undefined ? [] : [`"${name}" has a retry policy, which this host does not apply`]),
    ...others.map((binding) => `"${name}" has a binding of type "${binding.type}", which this host does not serve`),
  ];
}
