/** Sweeps after a run with deletes, so that the vacated values are released at once, not by the hourly sweep. */
import { UnreachableError } from '../exit-codes.ts';
import { RefusedError, type Service } from './service.ts';

/** The counts of a sweep, or why there was none. The run is done either way. */
export type Swept = { readonly released: number; readonly stillWaiting: number } | { readonly error: string };

/** Sweeps the tenant now. Returns the error if the sweep is refused or gets no answer. */
export async function sweepNow(service: Service): Promise<Swept> {
  try {
    return countsOf(await service.json('/sweep', { method: 'POST' }));
  } catch (error) {
    if (error instanceof RefusedError || error instanceof UnreachableError) return { error: error.message };
    throw error;
  }
}

function countsOf(answer: unknown): Swept {
  const { released, stillWaiting } = (answer ?? {}) as { released?: unknown; stillWaiting?: unknown };
  if (Array.isArray(released) && typeof stillWaiting === 'number') return { released: released.length, stillWaiting };
  return { error: 'The answer does not list the released values.' };
}
