/** Two directories that are merged: half of the objects ask for what others have. */
import { openBareTable, scan, writeRows } from '../harness/bare-client.ts';
import { bodiesOf, sendExports } from '../harness/exports.ts';
import { atMostTimes, type BenchCase, known } from '../harness/figures.ts';
import { each, type Operation, user } from '../harness/population.ts';
import { bestConcurrency, byTurns, compared, median, timed } from '../harness/rounds.ts';
import { onStage } from '../harness/stage.ts';

const objects = 10_000;
/** Enough to find the best concurrency of the bare client with. */
const someRows = 20_000;

export const conflicts: BenchCase = {
  name: 'conflicts',
  title: '10,000 users are exported at once, 5,000 of them ask for the UPN and an address of another',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const half = sized(objects) / 2;
        const bodies = bodiesOf(each(half * 2, (n) => (n < half ? user(n) : rivalOf(n - half, n))));
        const load = async (): Promise<string> => {
          const tenantId = await stage.newTenant();
          await sendExports(stage, tenantId, { bodies });
          return tenantId;
        };

        const bare = await openBareTable(stage.connectionString);
        const rows = await scan(await openBareTable(stage.connectionString, 'Directory'), await load());
        let partitions = 0;
        const write = (concurrency: number, written = rows): Promise<void> =>
          writeRows(bare, `bare-${++partitions}`, { rows: written, concurrency });
        const some = rows.slice(0, sized(someRows));
        const concurrency = await bestConcurrency((tried) => write(tried, some));

        const gauges: { readonly writes: number; readonly cpuMs: number; readonly requests: number }[] = [];
        const { service, limit } = await byTurns(rounds, {
          service: async () => {
            const gauge = await stage.gauged(load);
            gauges.push(gauge);
            return gauge.ms;
          },
          limit: () => timed(() => write(concurrency)),
        });
        return [
          atMostTimes(2, { what: 'time', unit: 'ms', ...compared(service, limit) }),
          known('rows', rows.length, 'rows'),
          known('transactions', median(gauges.map(({ writes }) => writes)) - 1, 'transactions'),
          known('requests to the storage in all', median(gauges.map(({ requests }) => requests)), 'requests'),
          known('CPU time of our process', median(gauges.map(({ cpuMs }) => cpuMs)), 'ms'),
        ];
      },
      { profiles },
    ),
};

/** A user that asks for the UPN and the primary address of another, and for an address of its own. */
function rivalOf(n: number, own: number): Operation {
  const { userPrincipalName, proxyAddresses } = user(n);
  const [primary = ''] = proxyAddresses;
  return { ...user(own), userPrincipalName, proxyAddresses: [primary, `smtp:u${own}@contoso.com`] };
}
