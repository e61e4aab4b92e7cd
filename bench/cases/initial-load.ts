/** The first export of a tenant: all its users are new. */
import { openBareTable, scan, writeRows } from '../harness/bare-client.ts';
import { bodiesOf, type Manner, sendExports } from '../harness/exports.ts';
import { atMostTimes, type BenchCase, known } from '../harness/figures.ts';
import { each, user } from '../harness/population.ts';
import { bestConcurrency, byTurns, compared, median, timed } from '../harness/rounds.ts';
import { onStage, type Stage } from '../harness/stage.ts';

const users = 20_000;

export const initialLoad: BenchCase = {
  name: 'initial-load',
  title: '20,000 users with a UPN and two addresses each are exported to an empty tenant',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const operations = each(sized(users), user);
        const manner = await bestManner(stage, operations);
        const bodies = bodiesOf(operations, manner);
        const load = async (): Promise<string> => {
          const tenantId = await stage.newTenant();
          await sendExports(stage, tenantId, { bodies, sideBySide: manner.sideBySide });
          return tenantId;
        };

        const bare = await openBareTable(stage.connectionString);
        const rows = await scan(await openBareTable(stage.connectionString, 'Directory'), await load());
        let partitions = 0;
        const write = (concurrency: number): Promise<void> =>
          writeRows(bare, `bare-${++partitions}`, { rows, concurrency });
        const concurrency = await bestConcurrency(write);

        const cpu: number[] = [];
        const writes: number[] = [];
        const requests: number[] = [];
        const { service, limit } = await byTurns(rounds, {
          service: async () => {
            const gauge = await stage.gauged(load);
            cpu.push(gauge.cpuMs);
            writes.push(gauge.writes);
            requests.push(gauge.requests);
            return gauge.ms;
          },
          limit: () => timed(() => write(concurrency)),
        });
        return [
          atMostTimes(1.25, { what: 'time', unit: 'ms', ...compared(service, limit) }),
          atMostTimes(1.05, {
            what: 'transactions',
            unit: 'transactions',
            // One of the writes registers the tenant.
            figure: median(writes) - 1,
            limit: Math.ceil(rows.length / 100),
            limitOf: 'rows / 100',
          }),
          known('rows', rows.length, 'rows'),
          known('requests to the storage in all', median(requests), 'requests'),
          known('CPU time of our process', median(cpu), 'ms'),
          known('best size of a request', manner.perRequest, 'operations'),
          known('requests of that size side by side', manner.sideBySide, 'requests'),
          known('transactions side by side of the bare client', concurrency, 'transactions'),
        ];
      },
      { profiles },
    ),
};

/** Finds the size of a request, and how many side by side, that take the least time. */
async function bestManner(stage: Stage, operations: readonly ReturnType<typeof user>[]): Promise<Manner> {
  const sizes = [4, 2, 1].map((parts) => Math.ceil(operations.length / parts));
  const manners = sizes.flatMap((perRequest) => [1, 2].map((sideBySide) => ({ perRequest, sideBySide })));
  let best: { readonly manner: Manner; readonly ms: number } | undefined;
  // The first one is the warm-up.
  for (const [n, manner] of [...manners.slice(0, 1), ...manners].entries()) {
    if (manner.sideBySide > 1 && manner.perRequest === operations.length) continue;
    const bodies = bodiesOf(operations, manner);
    const tenantId = await stage.newTenant();
    const ms = await timed(() => sendExports(stage, tenantId, { bodies, sideBySide: manner.sideBySide }));
    if (n > 0 && ms < (best?.ms ?? Infinity)) best = { manner, ms };
  }
  if (!best) throw new Error('Cannot find the best size of a request: none was tried');
  return best.manner;
}
