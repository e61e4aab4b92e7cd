/** Two directories are merged: half of the objects desire values that others hold. */
import { openBareTable, scan, writeRows } from '../harness/open-bare-table.ts';
import { exportBodies, sendExports } from '../harness/send-exports.ts';
import { atMostTimes, type BenchCase, known } from '../harness/figure.ts';
import { type SentOperation, user } from '../harness/user.ts';
import { each } from '../harness/in-parts.ts';
import { bestConcurrency, byTurns, compared, median, timed } from '../harness/by-turns.ts';
import { onStage } from '../harness/stage.ts';

const objects = 10_000;
/** Enough to find the best concurrency of the bare client. */
const someRows = 20_000;

export const conflicts: BenchCase = {
  name: 'conflicts',
  title: '10,000 users are exported at once; 5,000 of them desire the UPN and an address of another user',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const half = sized(objects) / 2;
        const bodies = exportBodies(each(half * 2, (n) => (n < half ? user(n) : rivalOf(n - half, n))));
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

/** Returns a user that desires the UPN and the primary address of another user, and one address of its own. */
function rivalOf(n: number, own: number): SentOperation {
  const { userPrincipalName, proxyAddresses } = user(n);
  const [primary = ''] = proxyAddresses;
  return { ...user(own), userPrincipalName, proxyAddresses: [primary, `smtp:u${own}@contoso.com`] };
}
