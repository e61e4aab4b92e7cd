/** The first export of a tenant: all its users are new. */
import { openBareTable, scan, writeRows } from '../harness/bare-client.ts';
import { bodiesOf, type Manner, sendExports } from '../harness/exports.ts';
import { atMostTimes, type BenchCase, known } from '../harness/figures.ts';
import { each, type Operation, user } from '../harness/population.ts';
import { bestConcurrency, byTurns, compared, median, timed } from '../harness/rounds.ts';
import { onStage, type Stage } from '../harness/stage.ts';

const users = 20_000;
/** Enough to find the best concurrency of the bare client with. */
const someRows = 20_000;

export const initialLoad: BenchCase = {
  name: 'initial-load',
  title: '20,000 users with a UPN and two addresses each are exported to an empty tenant',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const operations = each(sized(users), user);
        const manner = await bestManner(stage, operations);
        const bodies = bodiesOf(operations, manner);
        const loadAll = async (): Promise<string> => {
          const tenantId = await stage.newTenant();
          await sendExports(stage, tenantId, { bodies, sideBySide: manner.sideBySide });
          return tenantId;
        };

        const bare = await openBareTable(stage.connectionString);
        const rows = await scan(await openBareTable(stage.connectionString, 'Directory'), await loadAll());
        let partitions = 0;
        const write = (concurrency: number, written = rows): Promise<void> =>
          writeRows(bare, `bare-${++partitions}`, { rows: written, concurrency });
        const some = rows.slice(0, sized(someRows));
        const concurrency = await bestConcurrency((tried) => write(tried, some));

        const cpu: number[] = [];
        const writes: number[] = [];
        const requests: number[] = [];
        const ofAll = { service: [] as number[], limit: [] as number[] };
        const noteCpu = async <T>(figures: number[], work: () => Promise<T>): Promise<T> => {
          const before = await stage.cpuMs();
          const result = await work();
          figures.push((await stage.cpuMs()) - before);
          return result;
        };
        const { service, limit } = await byTurns(rounds, {
          service: async () => {
            const gauge = await noteCpu(ofAll.service, () => stage.gauged(loadAll));
            cpu.push(gauge.cpuMs);
            writes.push(gauge.writes);
            requests.push(gauge.requests);
            return gauge.ms;
          },
          limit: () => noteCpu(ofAll.limit, () => timed(() => write(concurrency))),
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
          {
            ...known('CPU time of storage, service and client', median(ofAll.service), 'ms'),
            ...compared(ofAll.service, ofAll.limit),
            limitOf: 'bare client',
          },
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
async function bestManner(stage: Stage, operations: readonly Operation[]): Promise<Manner> {
  const half = Math.ceil(operations.length / 2);
  const manners = [
    { perRequest: Math.ceil(half / 2), sideBySide: 2 },
    { perRequest: half, sideBySide: 2 },
    { perRequest: operations.length, sideBySide: 1 },
  ];
  await load(stage, { operations: operations.slice(0, half), perRequest: half, sideBySide: 1 });
  const ms: number[] = [];
  for (const manner of manners) ms.push(await load(stage, { operations, ...manner }));
  return manners[ms.indexOf(Math.min(...ms))] as Manner;
}

async function load(
  stage: Stage,
  { operations, ...manner }: Manner & { readonly operations: readonly Operation[] },
): Promise<number> {
  const bodies = bodiesOf(operations, manner);
  const tenantId = await stage.newTenant();
  return timed(() => sendExports(stage, tenantId, { bodies, sideBySide: manner.sideBySide }));
}
