/**
 * Replaces every `%SETTING%` in the strings of a binding by the value of the setting.
 *
 * Throws an error that names the setting and the function if a setting is missing: a timer without a schedule would silently never run.
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
      `Cannot start function "${functionName}": its binding has "%${setting}%", but the setting ${setting} is missing. ` +
        `Set it in local.settings.json under "Values", or in the environment`,
    );
  });
}
