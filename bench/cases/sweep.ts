/** The hourly sweep: some of the quarantined values have become free. */
import {
  type BareRow,
  openBareTable,
  readPoints,
  type RowChange,
  scan,
  writeChanges,
  writeRows,
} from '../harness/bare-client.ts';
import { fill } from '../harness/exports.ts';
import { atMost, atMostTimes, type BenchCase, known } from '../harness/figures.ts';
import { each, type Operation, user } from '../harness/population.ts';
import { bestConcurrency, byTurns, compared, median, timed } from '../harness/rounds.ts';
import { onStage, type Stage } from '../harness/stage.ts';

const quarantined = 20_000;
const freed = 1_000;

export const sweep: BenchCase = {
  name: 'sweep',
  title: '1,000 values have been freed, half of them UPNs, with 20,000 quarantined',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const batch = sized(freed);
        const tenantId = await stage.newTenant();
        // So that as many as the title says are still quarantined in the last round.
        const pairs = sized(quarantined) + (rounds + 1) * batch;
        await fill(stage, tenantId, each(pairs, holder));
        await fill(stage, tenantId, each(pairs, waiter));

        let swept = 0;
        const free = (): Promise<void> =>
          fill(
            stage,
            tenantId,
            each(batch, () => giveUp(swept++)),
          );
        const sweepNow = () => stage.gauged(() => stage.send(`tenants/${tenantId}/sweep`, { method: 'POST' }));

        const directory = await openBareTable(stage.connectionString, 'Directory');
        await free();
        const before = await scan(directory, tenantId);
        await sweepNow();
        const bare = await bareSweep(stage, { before, after: await scan(directory, tenantId) });
        const concurrency = await bestConcurrency(async (tried) => (await bare(tried))());

        const gauges: Awaited<ReturnType<typeof sweepNow>>[] = [];
        const { service, limit } = await byTurns(rounds, {
          service: async () => {
            await free();
            const gauge = await sweepNow();
            gauges.push(gauge);
            return gauge.ms;
          },
          limit: async () => timed(await bare(concurrency)),
        });
        const requests = median(gauges.map((gauge) => gauge.requests));
        return [
          atMost(5, { what: 'requests', unit: 'a value', figure: requests / batch }),
          atMostTimes(1.5, { what: 'time', unit: 'ms', ...compared(service, limit) }),
          known('requests to the storage', requests, 'requests'),
          known('CPU time of our process', median(gauges.map(({ cpuMs }) => cpuMs)), 'ms'),
          known('requests side by side of the bare client', concurrency, 'requests'),
        ];
      },
      { profiles },
    ),
};

const hasUpn = (n: number): boolean => n % 2 === 0;

/** Has an address and a UPN; the waiter of the same number asks for one of them. */
function holder(n: number): Operation {
  return user(n);
}

function waiter(n: number): Operation {
  const wanted = user(n);
  const own = user(1_000_000 + n);
  if (hasUpn(n)) return { ...own, userPrincipalName: wanted.userPrincipalName };
  return { ...own, proxyAddresses: [`SMTP:${own.userPrincipalName}`, `smtp:u${n}@contoso.com`] };
}

function giveUp(n: number): Operation {
  const { sourceAnchor, proxyAddresses } = user(n);
  if (hasUpn(n)) return { operation: 'update', sourceAnchor, userPrincipalName: `left${n}@contoso.com` };
  return { operation: 'update', sourceAnchor, proxyAddresses: proxyAddresses.slice(0, 1) };
}

/**
 * Prepares the bare client's sweep: it reads the freed values in a scan and each row that is to change, and writes the
 * changes that the service's sweep made. Gives what puts the rows in place, and then what is to be measured.
 */
async function bareSweep(
  stage: Stage,
  { before, after }: { before: readonly BareRow[]; after: readonly BareRow[] },
): Promise<(concurrency: number) => Promise<() => Promise<void>>> {
  const table = await openBareTable(stage.connectionString);
  const was = new Map(before.map((row) => [row.rowKey, JSON.stringify(row)]));
  const is = new Set(after.map(({ rowKey }) => rowKey));
  const changes: RowChange[] = [];
  for (const row of after) {
    const known = was.get(row.rowKey);
    if (known === undefined) changes.push({ kind: 'create', row });
    else if (known !== JSON.stringify(row)) changes.push({ kind: 'update', row });
  }
  for (const row of before) if (!is.has(row.rowKey)) changes.push({ kind: 'delete', row });

  const touched = new Set(changes.map(({ row }) => row.rowKey));
  const rows = before.filter(({ rowKey }) => touched.has(rowKey));
  const points = rows.map(({ rowKey }) => rowKey as string).filter((rowKey) => !rowKey.startsWith('vacated|'));
  let partitions = 0;
  return async (concurrency) => {
    const partitionKey = `sweep-${++partitions}`;
    await writeRows(table, partitionKey, { rows, concurrency: 4 });
    return async () => {
      await scan(table, partitionKey, { from: 'vacated|', below: 'vacated}' });
      await readPoints(table, partitionKey, { rowKeys: points, concurrency });
      await writeChanges(table, partitionKey, { changes, concurrency });
    };
  };
}
