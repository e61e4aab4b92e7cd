/** The hourly sweep: some of the quarantined values are vacant now. */
import {
  type BareRow,
  openBareTable,
  readPoints,
  type RowChange,
  scan,
  writeChanges,
  writeRows,
} from '../harness/open-bare-table.ts';
import { fill } from '../harness/send-exports.ts';
import { atMost, atMostTimes, type BenchCase, known } from '../harness/figure.ts';
import { type SentOperation, user } from '../harness/user.ts';
import { each } from '../harness/in-parts.ts';
import { bestConcurrency, byTurns, compared, median, timed } from '../harness/by-turns.ts';
import { onStage, type Stage } from '../harness/stage.ts';

const quarantined = 20_000;
const vacated = 1_000;

export const sweep: BenchCase = {
  name: 'sweep',
  title: '1,000 values are vacant, half of them UPNs, with 20,000 quarantined',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const batch = sized(vacated);
        const tenantId = await stage.newTenant();
        // Enough that the last round still has as many quarantined values as the title says.
        const pairs = sized(quarantined) + (rounds + 1) * batch;
        await fill(stage, tenantId, each(pairs, holder));
        await fill(stage, tenantId, each(pairs, waiter));

        let swept = 0;
        const vacate = (): Promise<void> =>
          fill(
            stage,
            tenantId,
            each(batch, () => vacatingUpdate(swept++)),
          );
        const sweepNow = () => stage.gauged(() => stage.send(`tenants/${tenantId}/sweep`, { method: 'POST' }));

        const directory = await openBareTable(stage.connectionString, 'Directory');
        await vacate();
        const before = await scan(directory, tenantId);
        await sweepNow();
        const bare = await bareSweep(stage, { before, after: await scan(directory, tenantId) });
        const concurrency = await bestConcurrency(async (tried) => (await bare(tried))());

        const gauges: Awaited<ReturnType<typeof sweepNow>>[] = [];
        const { service, limit } = await byTurns(rounds, {
          service: async () => {
            await vacate();
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

/** Returns a user with addresses and a UPN. The waiter of the same number desires one of them. */
function holder(n: number): SentOperation {
  return user(n);
}

function waiter(n: number): SentOperation {
  const self = user(1_000_000 + n);
  if (hasUpn(n)) return { ...self, userPrincipalName: user(n).userPrincipalName };
  return { ...self, proxyAddresses: [`SMTP:${self.userPrincipalName}`, `smtp:u${n}@contoso.com`] };
}

function vacatingUpdate(n: number): SentOperation {
  const { sourceAnchor, proxyAddresses } = user(n);
  if (hasUpn(n)) return { operation: 'update', sourceAnchor, userPrincipalName: `left${n}@contoso.com` };
  return { operation: 'update', sourceAnchor, proxyAddresses: proxyAddresses.slice(0, 1) };
}

/**
 * Prepares the sweep of the bare client: it scans the vacated values, reads each row that will change, and writes the changes
 * that the sweep of the service made. Returns a function that writes the rows as they were; that function returns the work to
 * measure.
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
