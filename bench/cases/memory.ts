/** The largest request: the peak of the memory of the process. */
import { sendExports } from '../harness/send-exports.ts';
import { atMostTimes, type BenchCase, type Figure, known, type Scope } from '../harness/figure.ts';
import { largestBodyOf, mostOperations } from '../harness/largest-body-of.ts';
import { median } from '../harness/by-turns.ts';
import { onStage } from '../harness/stage.ts';

export const memory: BenchCase = {
  name: 'memory',
  title: 'the largest request: 32 MiB',
  run: async (scope) => {
    const small = largestBodyOf(scope.sized(mostOperations), scope);
    const large = largestBodyOf(Math.min(scope.sized(mostOperations), 100), scope);
    return [
      known('peak before any request', await peakOf(undefined, scope), 'bytes'),
      await peak('25,000 users with attributes', small, scope),
      await peak('100 users with attributes', large, scope),
    ];
  },
};

async function peak(what: string, body: Uint8Array, scope: Scope): Promise<Figure> {
  const figure = await peakOf(body, scope);
  return atMostTimes(6, { what: `peak, ${what}`, unit: 'bytes', figure, limit: body.length, limitOf: 'the request' });
}

/** Each round needs a new process, because a peak never falls. */
async function peakOf(body: Uint8Array | undefined, { rounds, profiles }: Scope): Promise<number> {
  const peaks: number[] = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    const { peakBytes } = await onStage(
      async (stage) => {
        const tenantId = await stage.newTenant();
        return stage.gauged(() => sendExports(stage, tenantId, { bodies: body ? [body] : [] }));
      },
      { profiles },
    );
    peaks.push(peakBytes);
  }
  return median(peaks);
}
