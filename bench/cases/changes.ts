/** One cycle of the sync client: a few changes, in a small tenant and in a large one. */
import { exportBodies, fill, sendExports } from '../harness/send-exports.ts';
import { type BenchCase, known, withinPercent } from '../harness/figure.ts';
import { anchorOf, type SentOperation, user } from '../harness/user.ts';
import { each } from '../harness/in-parts.ts';
import { byTurns, compared, median } from '../harness/by-turns.ts';
import { onStage } from '../harness/stage.ts';

const changesPerCycle = 500;
const [small, large] = [1_000, 50_000];

export const changes: BenchCase = {
  name: 'changes',
  title: '500 changes in a tenant of 1,000 objects, and in one of 50,000',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const sizes = { small: sized(small), large: sized(large) };
        const tenants = { small: await stage.newTenant(), large: await stage.newTenant() };
        await fill(stage, tenants.small, each(sizes.small, user));
        await fill(stage, tenants.large, each(sizes.large, user));

        const requests = { small: [] as number[], large: [] as number[] };
        const ms = { small: [] as number[], large: [] as number[] };
        const change = async (which: 'small' | 'large', round: number): Promise<number> => {
          const operations = each(sized(changesPerCycle), (n) => changeOf(n, { round, objects: sizes[which] }));
          const bodies = exportBodies(operations);
          const gauge = await stage.gauged(() => sendExports(stage, tenants[which], { bodies }));
          requests[which].push(gauge.requests);
          ms[which].push(gauge.ms);
          return gauge.cpuMs;
        };
        const warmUp = 3;
        const cpu = await byTurns(rounds * 2 + warmUp, {
          small: (round) => change('small', round),
          large: (round) => change('large', round),
        });
        const afterWarmUp = (figures: readonly number[]): readonly number[] => figures.slice(warmUp);
        const limitOf = 'in the small tenant';
        return [
          withinPercent(5, {
            what: 'requests to the storage',
            unit: 'requests',
            figure: median(requests.large),
            limit: median(requests.small),
            limitOf,
          }),
          withinPercent(20, {
            what: 'CPU time of our process',
            unit: 'ms',
            ...compared(afterWarmUp(cpu.large), afterWarmUp(cpu.small)),
            limitOf,
          }),
          known('time in the small tenant', median(afterWarmUp(ms.small)), 'ms'),
          known('time in the large tenant', median(afterWarmUp(ms.large)), 'ms'),
        ];
      },
      { profiles },
    ),
};

/** Of ten changes, seven change attributes, one adds an address, one adds a user and one deletes a user, all over the tenant. */
function changeOf(n: number, { round, objects }: { round: number; objects: number }): SentOperation {
  // A step that shares no factor with the size visits each object once.
  const target = (n * 37 + 13) % objects;
  const kind = (n + round) % 10;
  if (kind < 7) {
    const attributes = { department: `Department ${round}`, title: `Title ${n}` };
    return { operation: 'update', sourceAnchor: anchorOf(target), attributes };
  }
  const { sourceAnchor, proxyAddresses } = user(target);
  if (kind === 7) {
    const added = `smtp:round${round}.${n}@contoso.com`;
    return { operation: 'update', sourceAnchor, proxyAddresses: [...proxyAddresses, added] };
  }
  if (kind === 8) return user(1_000_000 + round * 1000 + n);
  return { operation: 'delete', sourceAnchor: anchorOf(1_000_000 + (round - 1) * 1000 + n) };
}
