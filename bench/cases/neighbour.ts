/** A small tenant beside large ones: how long its exports take while four of the largest exports are processed. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { openBareTable, writeRows } from '../harness/open-bare-table.ts';
import { atMost, type BenchCase, type Figure, known, type Scope } from '../harness/figure.ts';
import { largestBodyOf, mostOperations } from '../harness/largest-body-of.ts';
import { user } from '../harness/user.ts';
import { each } from '../harness/in-parts.ts';
import { median, timed } from '../harness/by-turns.ts';
import { bytesOf, onStage, type Stage } from '../harness/stage.ts';

const largeExports = 4;
const betweenMs = 100;
const aloneMs = 3_000;
const longestMs = 2_000;

export const neighbour: BenchCase = {
  name: 'neighbour',
  title: 'an export of one user every 100 ms, beside four exports of 32 MiB of other tenants',
  run: (scope) => onStage((stage) => measure(stage, scope), { profiles: scope.profiles }),
};

async function measure(stage: Stage, scope: Scope): Promise<readonly Figure[]> {
  const [tenantId, ...others] = await Promise.all(each(1 + largeExports, () => stage.newTenant()));
  const body = largestBodyOf(scope.sized(mostOperations), scope);
  const statuses: number[] = [];
  let users = 0;
  const exportUser = async (): Promise<void> => {
    statuses.push(await statusOf(stage, tenantId ?? '', bytesOf({ operations: [user(users++)] })));
  };
  const bareTable = await openBareTable(stage.connectionString);
  const bareWrite = (): Promise<void> =>
    writeRows(bareTable, 'bare', { rows: [{ rowKey: randomUUID() }], concurrency: 1 });

  const alone = await latenciesOf(exportUser, delay(aloneMs));
  statuses.length = 0;
  let large: readonly number[] = [];
  let beside: readonly number[] = [];
  let bare: readonly number[] = [];
  const gauge = await stage.gauged(async () => {
    const exported = Promise.all(others.map((other) => statusOf(stage, other, body)));
    [large, beside, bare] = await Promise.all([
      exported,
      latenciesOf(exportUser, exported),
      latenciesOf(bareWrite, exported),
    ]);
  });
  const countOf = (all: readonly number[], status: number): number => all.filter((one) => one === status).length;
  const longest = Math.max(...beside);
  return [
    known('small export alone, median', median(alone), 'ms'),
    known('small export beside the large ones, median', median(beside), 'ms'),
    atMost(longestMs, { what: 'small export beside the large ones, longest', figure: longest, unit: 'ms' }),
    known('bare write of a row beside them, median', median(bare), 'ms'),
    known('bare write of a row beside them, longest', Math.max(...bare), 'ms'),
    known('small exports beside the large ones', statuses.length, 'requests'),
    known('small exports answered 503', countOf(statuses, 503), 'requests'),
    known('large exports processed, of four', countOf(large, 200), 'requests'),
    known('time of the large exports', gauge.ms, 'ms'),
    known('CPU time of our process', gauge.cpuMs, 'ms'),
    known('longest block of the event loop of our process', gauge.longestBlockMs, 'ms'),
    known('peak of our process', gauge.peakBytes, 'bytes'),
  ];
}

/** Sends an export and returns its status. Throws if it is neither 200 nor 503. */
async function statusOf(stage: Stage, tenantId: string, body: Uint8Array): Promise<number> {
  const status = await stage.statusOf(`tenants/${tenantId}/exports`, { method: 'POST', body });
  if (status !== 200 && status !== 503) throw new Error(`An export was answered ${status}`);
  return status;
}

/** Repeats a small piece of work, with pauses of 100 ms, until other work is over. Returns how long each repetition took. */
async function latenciesOf(work: () => Promise<unknown>, other: Promise<unknown>): Promise<readonly number[]> {
  const latencies: number[] = [];
  const over = other.then(() => true);
  for (let isOver = false; !isOver; isOver = await Promise.race([delay(betweenMs, false), over])) {
    latencies.push(await timed(work));
  }
  return latencies;
}
