/** The same export again: the client has no changes, or did not get the answer. */
import { openBareTable, scan, scanSideBySide } from '../harness/open-bare-table.ts';
import { exportBodies, sendExports } from '../harness/send-exports.ts';
import { atMost, atMostTimes, type BenchCase, known } from '../harness/figure.ts';
import { user } from '../harness/user.ts';
import { each } from '../harness/in-parts.ts';
import { bestConcurrency, byTurns, compared, median, timed } from '../harness/by-turns.ts';
import { onStage } from '../harness/stage.ts';

const users = 20_000;

export const unchanged: BenchCase = {
  name: 'unchanged',
  title: 'the same export of 20,000 users again',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const bodies = exportBodies(each(sized(users), user));
        const tenantId = await stage.newTenant();
        await sendExports(stage, tenantId, { bodies });

        const directory = await openBareTable(stage.connectionString, 'Directory');
        const rowKeys = (await scan(directory, tenantId)).map(({ rowKey }) => rowKey as string);
        const read = (concurrency: number): Promise<void> =>
          scanSideBySide(directory, tenantId, { rowKeys, concurrency });
        const concurrency = await bestConcurrency(read);

        const again = () => stage.gauged(() => sendExports(stage, tenantId, { bodies }));
        await again();
        const gauges: Awaited<ReturnType<typeof again>>[] = [];
        const { service, limit } = await byTurns(rounds, {
          service: async () => {
            const gauge = await again();
            gauges.push(gauge);
            return gauge.ms;
          },
          limit: () => timed(() => read(concurrency)),
        });
        return [
          atMost(0, { what: 'writes', unit: 'requests', figure: Math.max(...gauges.map(({ writes }) => writes)) }),
          atMostTimes(1.5, { what: 'time', unit: 'ms', ...compared(service, limit), limitOf: 'bare scan' }),
          known('requests to the storage', median(gauges.map(({ requests }) => requests)), 'requests'),
          known('CPU time of our process', median(gauges.map(({ cpuMs }) => cpuMs)), 'ms'),
          known('ranges of the bare scan side by side', concurrency, 'requests'),
        ];
      },
      { profiles },
    ),
};
