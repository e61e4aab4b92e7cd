import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningFunctionsHost } from '../functions-host.ts';

/** What an export cost, as the service logs it. */
export type StorageCounts = { readonly requests: number; readonly transactions: number };

/** Finds what an export cost; undefined where the log says nothing about it. */
export type FindStorageCounts = (exportId: string) => Promise<StorageCounts | undefined>;

const patienceMs = 1_000;

/** Follows the log of the functions host, and finds in it what the exports cost. */
export function followStorageCounts({ child }: RunningFunctionsHost): FindStorageCounts {
  if (child.stdout === null)
    throw new Error('Cannot follow the log of the functions host: start it with output "pipe"');
  const entries: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.includes('Export processed')) entries.push(line);
  });
  return async (exportId) => {
    const deadline = Date.now() + patienceMs;
    // The log comes by another way than the answer, and may come after it.
    while (Date.now() < deadline) {
      const entry = entries.find((line) => line.includes(exportId));
      if (entry !== undefined) return JSON.parse(entry.slice(entry.indexOf('{'))) as StorageCounts;
      await sleep(10);
    }
    return undefined;
  };
}
