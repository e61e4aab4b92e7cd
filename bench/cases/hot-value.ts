/** One address that all objects desire, `info@`: in one export, and in many. */
import { exportBodies, type ExportSize, sendExports } from '../harness/send-exports.ts';
import { atMostTimes, type BenchCase, type Figure, known } from '../harness/figure.ts';
import { anchorOf, type SentOperation } from '../harness/user.ts';
import { each } from '../harness/in-parts.ts';
import { median } from '../harness/by-turns.ts';
import { onStage, type Stage } from '../harness/stage.ts';

const objects = 2_000;

const sizes: readonly (ExportSize & { readonly what: string })[] = [
  { what: 'in one export', perRequest: 25_000, sideBySide: 1 },
  { what: 'in exports of 100, one after another', perRequest: 100, sideBySide: 1 },
  { what: 'in exports of 100, two side by side', perRequest: 100, sideBySide: 2 },
];

export const hotValue: BenchCase = {
  name: 'hot-value',
  title: 'one address that 2,000 groups desire, and one that 4,000 groups desire',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const figures: Figure[] = [];
        for (const { what, ...size } of sizes) {
          const once = await requestsFor(stage, { count: sized(objects), size, rounds });
          const twice = await requestsFor(stage, { count: sized(objects) * 2, size, rounds });
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
  { count, size, rounds }: { count: number; size: ExportSize; rounds: number },
): Promise<{ readonly requests: number; readonly ms: number }> {
  const bodies = exportBodies(each(count, eagerGroup), size);
  const gauges: { readonly requests: number; readonly ms: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const tenantId = await stage.newTenant();
    gauges.push(await stage.gauged(() => sendExports(stage, tenantId, { bodies, sideBySide: size.sideBySide })));
  }
  return {
    requests: median(gauges.map(({ requests }) => requests)),
    ms: median(gauges.map(({ ms }) => ms)),
  };
}

function eagerGroup(n: number): SentOperation {
  return {
    operation: 'add',
    sourceAnchor: anchorOf(n),
    objectType: 'Group',
    displayName: `Group ${n}`,
    proxyAddresses: ['SMTP:info@contoso.com', `smtp:group${n}@contoso.com`],
  };
}
