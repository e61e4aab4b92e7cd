/** Plans who gets a mail in which request: 50 recipients at most to each, and nobody in two. */
import type { Batch } from '../../store/week-mails.ts';

/** The most recipients that the mail service takes in one request. */
export const mostRecipients = 50;

/**
 * Adds to the batches of a mail those that are missing.
 *
 * Accepted batches stay, and so do pending ones, as they are: they may have been accepted. A refused one is given up;
 * its recipients are asked for anew, under an id that was not used before.
 */
export function planBatches(
  batches: readonly Batch[],
  recipients: readonly string[],
  operationIdOf: (number: number) => string,
): readonly Batch[] {
  const standing = batches.filter(({ state }) => state !== 'refused');
  const served = new Set(standing.flatMap(({ to }) => to.map((address) => address.toLowerCase())));
  const missing = unique(recipients).filter((address) => !served.has(address.toLowerCase()));
  const added: Batch[] = [];
  let number = 1 + Math.max(-1, ...batches.map((batch) => batch.number));
  for (let start = 0; start < missing.length; start += mostRecipients) {
    const to = missing.slice(start, start + mostRecipients);
    added.push({ number, operationId: operationIdOf(number), to, state: 'pending' });
    number++;
  }
  return [...standing, ...added];
}

/** Gives addresses without those that differ from an earlier one in letter case only. */
export function unique(addresses: readonly string[]): readonly string[] {
  const first = new Map<string, string>();
  for (const address of addresses) {
    const key = address.toLowerCase();
    if (!first.has(key)) first.set(key, address);
  }
  return [...first.values()];
}
