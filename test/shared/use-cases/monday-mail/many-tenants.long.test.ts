import pMap from 'p-map';
import { expect, it } from 'vitest';
import { readMailRun } from '../../../../shared/store/mail-run.ts';
import { type StoredFailure, writeFailures } from '../../../../shared/store/failures.ts';
import { countRequests, noCounts } from '../../../../shared/store/table.ts';
import { faultsOf, recipientsOf, requestsOf } from '../../../support/mail.ts';
import { newTenant, partitionOf, register } from '../../../support/storage.ts';
import { day, later, monday, useMondayMail } from './fixture.ts';

const { at, mailbox, run } = useMondayMail();
/** The smallest error of a tenant: one row. */
const failure: StoredFailure = {
  sourceAnchor: 'a',
  objectId: null,
  operation: 'add',
  objectType: 'Group',
  displayName: 'Group a',
  code: 'DataValidationFailed',
  message: 'Cannot add object "a".',
  since: later(-day).toISOString(),
  exportId: 'export-1',
};
const perRun = 30;
const runEveryMs = 5 * 60_000;

it('mails 1,000 tenants in order at 30 mails a minute, without a wasted run or request', async () => {
  const tenants = Array.from({ length: 1000 }, (_, n) => `t${String(n).padStart(4, '0')}`);
  const before = at(later(-day));
  await pMap(
    tenants,
    async (tenantId) => {
      const tenant = newTenant({ tenantId, recipients: [`admin@${tenantId}.com`] });
      await register(before, tenant);
      await writeFailures(await partitionOf(before, tenant), { failed: [failure], succeeded: [] });
    },
    { concurrency: 16 },
  );
  await faultsOf(mailbox(), { limit: { perMinute: perRun } });

  let runs = 0;
  let moment = monday;
  let waiting: number;
  do {
    moment = later(runs * runEveryMs);
    runs++;
    expect((await run(moment)).error).toBeUndefined();
    waiting = (await readMailRun(await at(moment).storage.tenants()))?.counts.waiting ?? 0;
    expect(waiting).toBe(Math.max(0, tenants.length - runs * perRun));
    await faultsOf(mailbox(), { advanceSeconds: 60 });
  } while (waiting > 0);

  expect(runs).toBe(Math.ceil(tenants.length / perRun));
  expect(await recipientsOf(mailbox())).toEqual(tenants.map((tenantId) => `admin@${tenantId}.com`));
  const { sends, queries } = await requestsOf(mailbox());
  // One refused request shows each run that the limit is reached; the last run needs none.
  expect(sends).toMatchObject({ accepted: 1000, repeated: 0, refused: { TooManyRequests: runs - 1 } });
  expect(queries.total).toBe(0);

  const counts = noCounts();
  await countRequests(counts, () => run(moment));
  expect(counts.requests).toBe(1);
}, 120_000);
