import type { LogLevel } from './programming-model.ts';

/** Writes one line for people. */
export type WriteLine = (level: LogLevel, message: string) => void;

const order: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** Returns the writer of the log: from level `information`, or from `warning` if `quiet`. Warnings and errors go to stderr. */
export function createLog({ quiet }: { readonly quiet: boolean }): WriteLine {
  const lowest = order.indexOf(quiet ? 'warning' : 'information');
  return (level, message) => {
    const rank = order.indexOf(level);
    if (rank < lowest || level === 'none') return;
    const line = `[${new Date().toISOString()}] ${level === 'information' ? '' : `${level}: `}${message}`;
    if (rank >= order.indexOf('warning')) console.error(line);
    else console.log(line);
  };
}

/** Describes anything that was thrown, with its stack if it has one. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
