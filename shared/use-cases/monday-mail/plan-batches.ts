/** Divides the recipients of a mail into batches: each recipient is in one batch, and a batch is one request. */
import type { Batch } from '../../store/week-mails.ts';

/** The most recipients that the mail service takes in one request. */
const mostRecipients = 50;

/**
 * Adds batches for the recipients that have none.
 *
 * Accepted and pending batches stay unchanged: a pending batch may have been accepted. A refused batch is dropped; its
 * present recipients go into a new batch with a new id.
 */
export function planBatches(
  batches: readonly Batch[],
  recipients: readonly string[],
  operationIdOf: (number: number) => string,
): readonly Batch[] {
  const kept = batches.filter(({ state }) => state !== 'refused');
  const covered = new Set(kept.flatMap(({ to }) => to.map((address) => address.toLowerCase())));
  const missing = unique(recipients).filter((address) => !covered.has(address.toLowerCase()));
  const added: Batch[] = [];
  let number = 1 + Math.max(-1, ...batches.map((batch) => batch.number));
  for (let start = 0; start < missing.length; start += mostRecipients) {
    const to = missing.slice(start, start + mostRecipients);
    added.push({ number, operationId: operationIdOf(number), to, state: 'pending' });
    number++;
  }
  return [...kept, ...added];
}

/** Returns the addresses without duplicates; letter case does not matter. */
export function unique(addresses: readonly string[]): readonly string[] {
  const first = new Map<string, string>();
  for (const address of addresses) {
    const key = address.toLowerCase();
    if (!first.has(key)) first.set(key, address);
  }
  return [...first.values()];
}
