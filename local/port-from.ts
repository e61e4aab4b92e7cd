/** Returns the port of a setting, or the fallback if it is not set. 0 means any free port. */
export function portFrom(environment: NodeJS.ProcessEnv, setting: string, fallback: number): number {
  const text = environment[setting];
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new Error(`Cannot use ${setting}="${text}": a port is a whole number from 0 to 65535`);
}
