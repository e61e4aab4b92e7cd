/** Asks for a sweep, so that what the deletes of a run gave up does not wait for the hourly one. */
import { UnreachableError } from '../failures.ts';
import { RefusedError, type Service } from './service.ts';

/** What a sweep did, or why there was none: the run is done either way. */
export type Swept = { readonly released: number; readonly stillWaiting: number } | { readonly error: string };

/** Sweeps the tenant now. A sweep that is refused or gets no answer is told of, not thrown. */
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
  return { error: 'The answer does not say what was released.' };
}
