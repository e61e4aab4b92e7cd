import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readLastRun, writeRun } from '../../../shared/store/timer-runs.ts';
import { servicesHere } from '../../support/storage.ts';
import { monday, tuesday } from '../directory/fixtures.ts';

const table = await servicesHere().storage.tenants();

describe('readLastRun()', () => {
  it('keeps the moment of the first reading, and the parts of a run that are not written again', async () => {
    const timer = `timer-${randomUUID()}`;
    expect(await readLastRun(table, timer, monday)).toMatchObject({ since: monday.toISOString(), startedAt: null });
    await writeRun(table, timer, { startedAt: tuesday.toISOString() });
    await writeRun(table, timer, { endedAt: tuesday.toISOString() });
    expect(await readLastRun(table, timer, tuesday)).toEqual({
      since: monday.toISOString(),
      startedAt: tuesday.toISOString(),
      endedAt: tuesday.toISOString(),
      succeededAt: null,
      nextDueAt: null,
    });
  });

  it('reads a row of an earlier version, which has no `since`, from its first start', async () => {
    const timer = `timer-${randomUUID()}`;
    await writeRun(table, timer, { startedAt: tuesday.toISOString() });
    expect(await readLastRun(table, timer, monday)).toMatchObject({ since: tuesday.toISOString() });
  });
});
