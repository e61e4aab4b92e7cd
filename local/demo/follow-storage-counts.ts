import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningFunctionsHost } from '../functions-host.ts';

/** The requests and transactions of an export, from the log of the service. */
type ExportCost = { readonly requests: number; readonly transactions: number };

/** Finds the cost of an export; undefined if the log does not have it. */
export type FindStorageCounts = (exportId: string) => Promise<ExportCost | undefined>;

const patienceMs = 1_000;

/** Follows the log of the functions host, which has the cost of each export. */
export function followStorageCounts({ child }: RunningFunctionsHost): FindStorageCounts {
  if (child.stdout === null)
    throw new Error('Cannot follow the log of the functions host: start it with output "pipe"');
  const entries: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.includes('Export processed')) entries.push(line);
  });
  return async (exportId) => {
    const deadline = Date.now() + patienceMs;
    // The log may arrive after the answer.
    while (Date.now() < deadline) {
      const entry = entries.find((line) => line.includes(exportId));
      if (entry !== undefined) return JSON.parse(entry.slice(entry.indexOf('{'))) as ExportCost;
      await sleep(10);
    }
    return undefined;
  };
}
