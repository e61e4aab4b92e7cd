import { describe, expect, it } from 'vitest';
import type { Services } from '../../../shared/services.ts';
import type { PipelinePolicy } from '../../../shared/store/time-bounds.ts';
import { commit } from '../../../shared/store/commit.ts';
import { noCounts } from '../../../shared/store/table.ts';
import { readObjects } from '../../../shared/store/read-directory.ts';
import { audit, readAll } from '../../support/audit.ts';
import { group } from '../directory/fixtures.ts';
import { exportNow, newTenant, servicesHere } from '../../support/storage.ts';
import { registrationIdOf } from '../../../shared/tenant-id.ts';
import { adding, changing, commitNew, exportContext, newPartition, storedGroup } from './fixtures.ts';

/** The largest transaction that the service accepts, in bytes. */
const largestTransaction = 4 * 1024 * 1024;

/** Records the size of each transaction that the services submit from now on, in bytes. */
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
    ['line separators, which are sent as escapes', '\u2028'],
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

describe('commit() of several clusters', () => {
  const groups = Array.from({ length: 60 }, (_, n) => storedGroup(`g${n}`, `smtp:g${n}@contoso.com`));

  it('writes them in as few transactions as fit', async () => {
    const partition = await newPartition({ counts: noCounts() });
    const { written, lost } = await commitNew(partition, groups);
    expect(written.size).toBe(60);
    expect(lost.size).toBe(0);
    expect(partition.counts).toMatchObject({ transactions: 2, rowsWritten: 120 });
    expect(await audit(partition)).toEqual([]);
  });

  it('updates the known rows, so that a second commit needs no reading', async () => {
    const partition = await newPartition();
    const context = exportContext();
    const [first] = groups as [(typeof groups)[number]];
    await commitNew(partition, [first], context);
    const after = { ...first, exported: { ...first.exported, displayName: 'Renamed' } };
    const { written } = await commit(partition, [changing(first, after)], { ...context, runId: 'second' });
    expect([...written]).toEqual(['g0']);
    expect((await readObjects(partition, ['g0'])).get('g0')).toMatchObject({ writtenBy: 'second', object: after });
  });

  it('returns the objects of a transaction that lost a race as lost, and writes nothing of it', async () => {
    const partition = await newPartition({ rowsPerTransaction: 4 });
    await commitNew(partition, [storedGroup('there')]);
    const pair = [adding(storedGroup('there')), adding(storedGroup('new'))];
    const shared = [adding(storedGroup('a', 'smtp:a@contoso.com')), adding(storedGroup('b', 'smtp:b@contoso.com'))];
    const { written, lost } = await commit(partition, [...pair, ...shared], exportContext());
    expect(lost).toContain('there');
    expect(new Set([...written, ...lost])).toEqual(new Set(['there', 'new', 'a', 'b']));
    const rows = await readAll(partition);
    for (const anchor of lost) expect(rows.has(`object|${anchor}`)).toBe(anchor === 'there');
    for (const anchor of written) expect(rows.has(`object|${anchor}`)).toBe(true);
  });

  it('returns an object whose plan is stale as lost, without a request', async () => {
    const partition = await newPartition({ counts: noCounts() });
    const context = exportContext();
    const held = { etag: 'etag', holder: 'another', waiting: 0, vacatedBy: null };
    context.known.values.set('smtp|taken@contoso.com', held);
    const { lost } = await commitNew(partition, [storedGroup('late', 'smtp:taken@contoso.com')], context);
    expect([...lost]).toEqual(['late']);
    expect(partition.counts.transactions).toBe(0);
  });

  it('begins no transaction after the first lost race if it ends with a loss', async () => {
    const partition = await newPartition({ rowsPerTransaction: 2, counts: noCounts() });
    await commitNew(partition, groups);
    const more = Array.from({ length: 40 }, (_, n) => storedGroup(`h${n}`, `smtp:h${n}@contoso.com`));
    const again = [...groups.slice(0, 4), ...more].map(adding);
    const { written, lost } = await commit(partition, again, { ...exportContext(), endsWithLoss: true });
    // Four transactions are side by side, and all of the first four lose.
    expect(written.size).toBe(0);
    expect(lost.size).toBe(44);
  });

  it('throws the failure of the storage once all transactions under way have ended', async () => {
    const partition = await newPartition({ rowsPerTransaction: 2 });
    const table = Object.create(partition.table) as typeof partition.table;
    let underWay = 0;
    table.submitTransaction = async (actions) => {
      underWay++;
      try {
        if (JSON.stringify(actions).includes('object|g0')) throw new Error('ECONNRESET');
        return await partition.table.submitTransaction(actions);
      } finally {
        underWay--;
      }
    };
    await expect(commitNew({ ...partition, table }, groups)).rejects.toThrow('ECONNRESET');
    expect(underWay).toBe(0);
  });
});

describe('commit() of a cluster that is too large for one transaction', () => {
  const rowsPerTransaction = 20;
  const large = storedGroup('large', ...Array.from({ length: 50 }, (_, n) => `smtp:l${n}@contoso.com`));

  it('writes it in steps, and the directory is consistent afterwards', async () => {
    const partition = await newPartition({ rowsPerTransaction, counts: noCounts() });
    const { written } = await commitNew(partition, [large]);
    expect([...written]).toEqual(['large']);
    expect(partition.counts.transactions).toBeGreaterThan(2);
    expect((await readObjects(partition, ['large'])).get('large')).toMatchObject({ writtenBy: 'run', object: large });
    expect(await audit(partition)).toEqual([]);
  });

  it('leaves a consistent, unfinished object if it is interrupted between two steps', async () => {
    const partition = await newPartition({ rowsPerTransaction });
    const table = Object.create(partition.table) as typeof partition.table;
    let steps = 0;
    table.submitTransaction = (actions) =>
      ++steps > 2 ? Promise.reject(new Error('ECONNRESET')) : partition.table.submitTransaction(actions);
    await expect(commitNew({ ...partition, table }, [large])).rejects.toThrow('ECONNRESET');
    expect((await readObjects(partition, ['large'])).get('large')?.writtenBy).toBe('run/part');
    expect(await audit(partition)).toEqual([]);
  });

  it('returns it as lost if a race is lost after the first step', async () => {
    const partition = await newPartition({ rowsPerTransaction });
    const table = Object.create(partition.table) as typeof partition.table;
    let steps = 0;
    table.submitTransaction = async (actions) => {
      if (++steps === 2)
        await commitNew(partition, [
          storedGroup('rival', 'smtp:l49@contoso.com', 'smtp:l48@contoso.com', 'smtp:l20@contoso.com'),
        ]);
      return partition.table.submitTransaction(actions);
    };
    const { written, lost } = await commitNew({ ...partition, table }, [large]);
    expect([[...written], [...lost]]).toEqual([[], ['large']]);
    expect(await audit(partition)).toEqual([]);
  });
});
