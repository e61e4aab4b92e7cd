import { describeError, type WriteLine } from './create-log.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { Invoke } from './invoke.ts';
import type { TypedData } from './programming-model.ts';

/** The outcome of a run in the background. */
type RunOutcome =
  | { readonly outcome: 'succeeded'; readonly durationMs: number }
  | { readonly outcome: 'failed'; readonly durationMs: number; readonly error: string };

/** Runs a function without a caller, and logs a line about the run. Never rejects. */
export type Run = (called: HostedFunction, data: TypedData) => Promise<RunOutcome>;

/** Returns the runner of timers and of functions that are started by hand. */
export function createRun(invoke: Invoke, write: WriteLine): Run {
  return async (called, data) => {
    const started = performance.now();
    const elapsed = (): number => Math.round(performance.now() - started);
    try {
      await invoke(called, data);
      const durationMs = elapsed();
      write('information', `${called.name} succeeded, ${durationMs} ms`);
      return { outcome: 'succeeded', durationMs };
    } catch (error) {
      const durationMs = elapsed();
      write('error', `${called.name} failed, ${durationMs} ms: ${describeError(error)}`);
      return { outcome: 'failed', durationMs, error: error instanceof Error ? error.message : String(error) };
    }
  };
}
