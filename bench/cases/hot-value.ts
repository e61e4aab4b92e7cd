/** One address that everybody asks for, `info@`: in one export, and in many. */
import { bodiesOf, type Manner, sendExports } from '../harness/exports.ts';
import { atMostTimes, type BenchCase, type Figure, known } from '../harness/figures.ts';
import { anchorOf, each, type Operation } from '../harness/population.ts';
import { median } from '../harness/rounds.ts';
import { onStage, type Stage } from '../harness/stage.ts';

const objects = 2_000;

const manners: readonly (Manner & { readonly what: string })[] = [
  { what: 'in one export', perRequest: 25_000, sideBySide: 1 },
  { what: 'in exports of 100, one after another', perRequest: 100, sideBySide: 1 },
  { what: 'in exports of 100, two side by side', perRequest: 100, sideBySide: 2 },
];

export const hotValue: BenchCase = {
  name: 'hot-value',
  title: 'one address that 2,000 groups ask for, and one that 4,000 do',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const figures: Figure[] = [];
        for (const { what, ...manner } of manners) {
          const once = await requestsFor(stage, { count: sized(objects), manner, rounds });
          const twice = await requestsFor(stage, { count: sized(objects) * 2, manner, rounds });
          figures.push(
            atMostTimes(2.3, {
              what: `requests for twice the objects, ${what}`,
              unit: 'requests',
              figure: twice.requests,
              limit: once.requests,
              limitOf: 'once',
            }),
            known(`time for twice the objects, ${what}`, twice.ms, 'ms'),
          );
        }
        return figures;
      },
      { profiles },
    ),
};

async function requestsFor(
  stage: Stage,
  { count, manner, rounds }: { count: number; manner: Manner; rounds: number },
): Promise<{ readonly requests: number; readonly ms: number }> {
  const bodies = bodiesOf(each(count, eagerGroup), manner);
  const gauges: { readonly requests: number; readonly ms: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const tenantId = await stage.newTenant();
    gauges.push(await stage.gauged(() => sendExports(stage, tenantId, { bodies, sideBySide: manner.sideBySide })));
  }
  return {
    requests: median(gauges.map(({ requests }) => requests)),
    ms: median(gauges.map(({ ms }) => ms)),
  };
}

function eagerGroup(n: number): Operation {
  return {
    operation: 'add',
    sourceAnchor: anchorOf(n),
    objectType: 'Group',
    displayName: `Group ${n}`,
    proxyAddresses: ['SMTP:info@contoso.com', `smtp:group${n}@contoso.com`],
  };
}
