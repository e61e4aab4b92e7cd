/**
 * Replaces every `%SETTING%` in the strings of a binding by the setting's value.
 *
 * Throws, naming the setting and the function, where a setting is missing: a timer without a schedule would never run and never say so.
 */
export function resolveSettings(value: unknown, functionName: string, environment: NodeJS.ProcessEnv): unknown {
  if (typeof value === 'string') return resolveString(value, functionName, environment);
  if (Array.isArray(value)) return value.map((part) => resolveSettings(part, functionName, environment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, resolveSettings(part, functionName, environment)]),
  );
}

function resolveString(text: string, functionName: string, environment: NodeJS.ProcessEnv): string {
  return text.replace(/%([^%\s]+)%/g, (_, setting: string) => {
    const value = environment[setting];
    if (value !== undefined && value !== '') return value;
    throw new Error(
      `Cannot start function "${functionName}": its binding says "%${setting}%", and the setting ${setting} is missing. ` +
        `Set it in local.settings.json under "Values", or in the environment`,
    );
  });
}
