import { describe, expect, it } from 'vitest';
import { csv } from '../../../shared/http/csv.ts';

const mebibyte = 'x'.repeat(1024 * 1024);

async function* partsOf(count: number): AsyncGenerator<string> {
  for (let part = 0; part < count; part++) yield await Promise.resolve(mebibyte);
}

describe('csv', () => {
  it('answers with a file of 128 MiB', async () => {
    expect((await csv('errors.csv', partsOf(128))).status).toBe(200);
  });

  it('refuses a larger file, and says what to request instead, without reading on to its end', async () => {
    await expect(csv('errors.csv', partsOf(Infinity))).rejects.toMatchObject({
      code: 'InvalidParameter',
      message: expect.stringContaining('exceed 128 MiB. Reduce the errors') as string,
    });
  });
});
