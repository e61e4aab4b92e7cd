/** The largest export that is taken: 32 MiB, and at most 25,000 operations. */
import type { Scope } from './figures.ts';
import { each, type Operation, user } from './population.ts';
import { bytesOf } from './stage.ts';

const largestBody = 32 * 2 ** 20;

/** The most operations of one export. */
export const mostOperations = 25_000;

/** Makes a body of so many users that is as large as one may be: long attributes fill it up. */
export function largestBodyOf(count: number, { sized }: Scope): Uint8Array {
  const target = sized(largestBody);
  const bare = bytesOf({ operations: each(count, user) }).length;
  const room = Math.floor((target - bare) / count) - attributeOverhead;
  const notes = 'x'.repeat(Math.max(0, room));
  const padded = (n: number): Operation => {
    const one = user(n);
    return { ...one, attributes: { ...(one.attributes as object), notes } };
  };
  return bytesOf({ operations: each(count, padded) });
}

/** `,"notes":""` */
const attributeOverhead = 11;
