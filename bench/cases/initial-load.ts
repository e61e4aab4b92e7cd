/** The first export of a tenant: all its users are new. */
import { type BareRow, openBareTable, scan, writeRows } from '../harness/bare-client.ts';
import { bodiesOf, type Manner, sendExports } from '../harness/exports.ts';
import { atMostTimes, type BenchCase, known, type Scope } from '../harness/figures.ts';
import { each, type Operation, user } from '../harness/population.ts';
import { bestConcurrency, byTurns, compared, median, timed } from '../harness/rounds.ts';
import { onStage, type Stage } from '../harness/stage.ts';

const users = 20_000;
/** Enough to compile what is hot, in the service as in the bare client. */
const usersToWarmUp = 2_000;

export const initialLoad: BenchCase = {
  name: 'initial-load',
  title: '20,000 users with a UPN and two addresses each are exported to an empty tenant',
  run: async (scope) => {
    const operations = each(scope.sized(users), user);
    const manner = await bestManner(operations, scope);
    const sent = sentAs(manner, operations);
    const rows = await onFreshStage(scope, async (stage) => rowsOf(stage, await load(stage, sent)));
    const concurrency = await onFreshStage(scope, async (stage) => {
      const bare = await openBareTable(stage.connectionString);
      let partitions = 0;
      return bestConcurrency((tried) => writeRows(bare, `bare-${++partitions}`, { rows, concurrency: tried }));
    });

    const gauges: Gauged[] = [];
    const cpu = { service: [] as number[], limit: [] as number[] };
    const { service, limit } = await byTurns(scope.rounds, {
      service: () =>
        onFreshStage(scope, async (stage) => {
          const cpuBefore = await stage.cpuMs();
          const gauge = await stage.gauged(() => load(stage, sent));
          cpu.service.push((await stage.cpuMs()) - cpuBefore);
          gauges.push(gauge);
          return gauge.ms;
        }),
      limit: () =>
        onFreshStage(scope, async (stage) => {
          const bare = await openBareTable(stage.connectionString);
          const cpuBefore = await stage.cpuMs();
          const ms = await timed(() => writeRows(bare, 'bare', { rows, concurrency }));
          cpu.limit.push((await stage.cpuMs()) - cpuBefore);
          return ms;
        }),
    });
    return [
      atMostTimes(1.25, { what: 'time', unit: 'ms', ...compared(service, limit) }),
      atMostTimes(1.05, {
        what: 'transactions',
        unit: 'transactions',
        // One of the writes registers the tenant.
        figure: median(gauges.map(({ writes }) => writes)) - 1,
        limit: Math.ceil(rows.length / 100),
        limitOf: 'rows / 100',
      }),
      {
        ...known('CPU time of storage, service and client', median(cpu.service), 'ms'),
        ...compared(cpu.service, cpu.limit),
        limitOf: 'bare client',
      },
      known('rows', rows.length, 'rows'),
      known('requests to the storage in all', median(gauges.map(({ requests }) => requests)), 'requests'),
      known('CPU time of our process', median(gauges.map(({ cpuMs }) => cpuMs)), 'ms'),
      known('best size of a request', manner.perRequest, 'operations'),
      known('requests of that size side by side', manner.sideBySide, 'requests'),
      known('transactions side by side of the bare client', concurrency, 'transactions'),
    ];
  },
};

type Gauged = Awaited<ReturnType<Stage['gauged']>>;

/**
 * Works on a storage that has next to nothing in it, with a service and a bare client that are warm.
 *
 * Azurite takes the longer for a row the more rows there are, of whatever tenant: each measurement begins with the same.
 */
function onFreshStage<T>({ sized, profiles }: Scope, work: (stage: Stage) => Promise<T>): Promise<T> {
  return onStage(
    async (stage) => {
      const some = each(sized(usersToWarmUp), user);
      const tenantId = await load(stage, sentAs({ perRequest: some.length, sideBySide: 1 }, some));
      const bare = await openBareTable(stage.connectionString);
      await writeRows(bare, 'warm-up', { rows: await rowsOf(stage, tenantId), concurrency: 2 });
      return work(stage);
    },
    { profiles },
  );
}

type Sent = Parameters<typeof sendExports>[2];

function sentAs(manner: Manner, operations: readonly Operation[]): Sent {
  return { bodies: bodiesOf(operations, manner), sideBySide: manner.sideBySide };
}

/** Exports to a new tenant, and gives its id. */
async function load(stage: Stage, sent: Sent): Promise<string> {
  const tenantId = await stage.newTenant();
  await sendExports(stage, tenantId, sent);
  return tenantId;
}

async function rowsOf({ connectionString }: Stage, tenantId: string): Promise<readonly BareRow[]> {
  return scan(await openBareTable(connectionString, 'Directory'), tenantId);
}

/** Finds the size of a request, and how many side by side, that take the least time. */
async function bestManner(operations: readonly Operation[], scope: Scope): Promise<Manner> {
  const { length } = operations;
  const manners = [
    { perRequest: Math.ceil(length / 4), sideBySide: 2 },
    { perRequest: Math.ceil(length / 2), sideBySide: 2 },
    { perRequest: length, sideBySide: 1 },
  ];
  const ms: number[] = [];
  for (const manner of manners) {
    const sent = sentAs(manner, operations);
    ms.push(await onFreshStage(scope, (stage) => timed(() => load(stage, sent))));
  }
  return manners[ms.indexOf(Math.min(...ms))] as Manner;
}
