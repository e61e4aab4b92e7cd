/** The first export of a tenant: all its users are new. */
import { type BareRow, openBareTable, scan, writeRows } from '../harness/open-bare-table.ts';
import { exportBodies, type ExportSize, sendExports } from '../harness/send-exports.ts';
import { atMostTimes, type BenchCase, type Figure, known, type Scope } from '../harness/figure.ts';
import { type SentOperation, user } from '../harness/user.ts';
import { each } from '../harness/in-parts.ts';
import { bestConcurrency, byTurns, compared, median, timed } from '../harness/by-turns.ts';
import { onStage, type Stage } from '../harness/stage.ts';

const users = 20_000;
/** Enough for the engine to compile the hot code of the service and of the bare client. */
const usersToWarmUp = 2_000;

export const initialLoad: BenchCase = {
  name: 'initial-load',
  title: '20,000 users with a UPN and two addresses each are exported to an empty tenant',
  run: async (scope) => {
    const operations = each(scope.sized(users), user);
    const size = await bestSize(operations, scope);
    const sent = sentAs(size, operations);
    const rows = await onFreshStage(scope, async (stage) => rowsOf(stage, await load(stage, sent)));
    const bare = { rows, concurrency: await bestBareConcurrency(rows, scope) };
    const measured = await measure(scope, { sent, bare });
    return [
      ...figuresOf(measured, rows.length),
      known('best size of a request', size.perRequest, 'operations'),
      known('requests of that size side by side', size.sideBySide, 'requests'),
      known('transactions side by side of the bare client', bare.concurrency, 'transactions'),
    ];
  },
};

type Bare = Parameters<typeof writeRows>[2];

function bestBareConcurrency(rows: readonly BareRow[], scope: Scope): Promise<number> {
  return onFreshStage(scope, async (stage) => {
    const table = await openBareTable(stage.connectionString);
    let partitions = 0;
    return bestConcurrency((tried) => writeRows(table, `bare-${++partitions}`, { rows, concurrency: tried }));
  });
}

type Load = { readonly ms: number; readonly cpuMs: number };
type ServiceLoad = Load & { readonly gauge: Gauged };
type Measured = { readonly service: readonly ServiceLoad[]; readonly bare: readonly Load[] };

/** Loads the users with the service and with the bare client, by turns, each time on a fresh stage. */
async function measure(scope: Scope, { sent, bare }: { readonly sent: Sent; readonly bare: Bare }): Promise<Measured> {
  const loads = { service: [] as ServiceLoad[], bare: [] as Load[] };
  await byTurns(scope.rounds, {
    service: async () => {
      const one = await onFreshStage(scope, (stage) => loadWithService(stage, sent));
      loads.service.push(one);
      return one.ms;
    },
    bare: async () => {
      const one = await onFreshStage(scope, (stage) => loadBare(stage, bare));
      loads.bare.push(one);
      return one.ms;
    },
  });
  return loads;
}

async function loadWithService(stage: Stage, sent: Sent): Promise<ServiceLoad> {
  const cpuBefore = await stage.cpuMs();
  const gauge = await stage.gauged(() => load(stage, sent));
  return { ms: gauge.ms, cpuMs: (await stage.cpuMs()) - cpuBefore, gauge };
}

async function loadBare(stage: Stage, bare: Bare): Promise<Load> {
  const table = await openBareTable(stage.connectionString);
  const cpuBefore = await stage.cpuMs();
  const ms = await timed(() => writeRows(table, 'bare', bare));
  return { ms, cpuMs: (await stage.cpuMs()) - cpuBefore };
}

function figuresOf({ service, bare }: Measured, rows: number): readonly Figure[] {
  const gauges = service.map(({ gauge }) => gauge);
  const cpu = { service: service.map(({ cpuMs }) => cpuMs), bare: bare.map(({ cpuMs }) => cpuMs) };
  const ms = { service: service.map((one) => one.ms), bare: bare.map((one) => one.ms) };
  return [
    atMostTimes(1.25, { what: 'time', unit: 'ms', ...compared(ms.service, ms.bare) }),
    atMostTimes(1.05, {
      what: 'transactions',
      unit: 'transactions',
      // One of the writes registers the tenant.
      figure: median(gauges.map(({ writes }) => writes)) - 1,
      limit: Math.ceil(rows / 100),
      limitOf: 'rows / 100',
    }),
    {
      ...known('CPU time of storage, service and client', median(cpu.service), 'ms'),
      ...compared(cpu.service, cpu.bare),
      limitOf: 'bare client',
    },
    known('rows', rows, 'rows'),
    known('requests to the storage in all', median(gauges.map(({ requests }) => requests)), 'requests'),
    known('CPU time of our process', median(gauges.map(({ cpuMs }) => cpuMs)), 'ms'),
  ];
}

type Gauged = Awaited<ReturnType<Stage['gauged']>>;

/**
 * Works on an almost empty storage, with a service and a bare client that are warm.
 *
 * Azurite becomes slower with each row, of any tenant. So each measurement begins with the same few rows.
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

function sentAs(size: ExportSize, operations: readonly SentOperation[]): Sent {
  return { bodies: exportBodies(operations, size), sideBySide: size.sideBySide };
}

/** Exports to a new tenant and returns its id. */
async function load(stage: Stage, sent: Sent): Promise<string> {
  const tenantId = await stage.newTenant();
  await sendExports(stage, tenantId, sent);
  return tenantId;
}

async function rowsOf({ connectionString }: Stage, tenantId: string): Promise<readonly BareRow[]> {
  return scan(await openBareTable(connectionString, 'Directory'), tenantId);
}

/** Finds the size of a request, and the number side by side, that take the least time. */
async function bestSize(operations: readonly SentOperation[], scope: Scope): Promise<ExportSize> {
  const { length } = operations;
  const sizes = [
    { perRequest: Math.ceil(length / 4), sideBySide: 2 },
    { perRequest: Math.ceil(length / 2), sideBySide: 2 },
    { perRequest: length, sideBySide: 1 },
  ];
  const ms: number[] = [];
  for (const size of sizes) {
    const sent = sentAs(size, operations);
    ms.push(await onFreshStage(scope, (stage) => timed(() => load(stage, sent))));
  }
  return sizes[ms.indexOf(Math.min(...ms))] as ExportSize;
}
