/** The largest export that the service accepts: 32 MiB and 25,000 operations. */
import type { Scope } from './figure.ts';
import { type SentOperation, user } from './user.ts';
import { each } from './in-parts.ts';
import { bytesOf } from './stage.ts';

const largestBody = 32 * 2 ** 20;

/** The most operations of one export. */
export const mostOperations = 25_000;

/** Returns the largest allowed body with so many users: long attributes fill it. */
export function largestBodyOf(count: number, { sized }: Scope): Uint8Array {
  const target = sized(largestBody);
  const bare = bytesOf({ operations: each(count, user) }).length;
  const room = Math.floor((target - bare) / count) - attributeOverhead;
  const notes = 'x'.repeat(Math.max(0, room));
  const padded = (n: number): SentOperation => {
    const one = user(n);
    return { ...one, attributes: { ...(one.attributes as object), notes } };
  };
  return bytesOf({ operations: each(count, padded) });
}

/** `,"notes":""` */
const attributeOverhead = 11;
