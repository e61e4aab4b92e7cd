import { describe, expect, it } from 'vitest';
import type { Services } from '../../../shared/services.ts';
import type { PipelinePolicy } from '../../../shared/store/time-bounds.ts';
import { group } from '../directory/fixtures.ts';
import { exportNow, newTenant, servicesHere } from '../../support/storage.ts';
import { registrationIdOf } from '../../../shared/tenant-id.ts';

/** The most that the service takes in one transaction, in bytes. */
const largestTransaction = 4 * 1024 * 1024;

/** Notes the size of each transaction that the services submit from now on, in bytes. */
async function sizesOf(services: Services): Promise<readonly number[]> {
  const sizes: number[] = [];
  const { table } = await services.storage.partition(registrationIdOf('any', 1));
  const note = { name: 'noteSize', sendRequest: noteSize };
  table.pipeline.addPolicy(note, { afterPhase: 'Retry' });
  return sizes;

  function noteSize(...[request, next]: Parameters<PipelinePolicy['sendRequest']>) {
    if (request.url.endsWith('/$batch')) sizes.push(Buffer.byteLength(request.body as string));
    return next(request);
  }
}

describe('commit()', () => {
  it.each([
    ['letters', 'a'],
    ['letters of three bytes', '\u20ac'],
    ['quotation marks', '"'],
    ['control characters', '\u0001'],
    ['separators of lines, which are sent as escapes', '\u2028'],
  ])('keeps transactions of long texts of %s below 4 MiB', async (_, character) => {
    const services = servicesHere();
    const sizes = await sizesOf(services);
    const length = Math.floor(29_000 / (JSON.stringify(character).length - 2));
    const groups = Array.from({ length: 60 }, (_unused, n) => ({
      ...group(`g${n}`),
      attributes: { notes: character.repeat(length) },
    }));
    const { results } = await exportNow(services, newTenant(), groups);
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(groups.length);
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThan(largestTransaction);
  });
});
