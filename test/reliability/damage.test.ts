import { describe, expect, it } from 'vitest';
import type { FindingCode } from '../../shared/audit/finding.ts';
import { auditTenant } from '../../shared/use-cases/audit/audit-tenant.ts';
import { findObject } from '../../shared/use-cases/queries/find-object.ts';
import { repairTenant } from '../../shared/use-cases/audit/repair-tenant.ts';
import { sweepTenant } from '../../shared/use-cases/sweep/sweep-tenant.ts';
import type { Partition } from '../../shared/store/partition.ts';
import type { ReadRow } from '../../shared/store/row.ts';
import type { Tenant } from '../../shared/store/tenant-row.ts';
import { group, remove, update, user } from '../shared/directory/fixtures.ts';
import { audit, readAll } from '../support/audit.ts';
import { furnishedTenant } from '../support/furnished-tenant.ts';
import { exportNow, servicesHere } from '../support/storage.ts';

/**
 * Rows damaged by hand, with the client that anybody has: each kind, each way. The audit names them, a repair corrects
 * what follows from other rows, and the service goes on as if nothing had been.
 */
const services = servicesHere();

type Rows = ReadonlyMap<string, ReadRow>;
type Hand = {
  readonly rows: Rows;
  /** Finds the key of a row by what it matches. */
  readonly keyOf: (pattern: RegExp) => string;
  readonly drop: (pattern: RegExp) => Promise<unknown>;
  readonly set: (pattern: RegExp, columns: Record<string, unknown>) => Promise<unknown>;
  readonly lose: (pattern: RegExp, column: string) => Promise<unknown>;
  readonly add: (rowKey: string, columns: Record<string, unknown>) => Promise<unknown>;
};

function handOn({ table, partitionKey }: Partition, rows: Rows): Hand {
  const keyOf = (pattern: RegExp): string => {
    const rowKey = [...rows.keys()].find((key) => pattern.test(key));
    if (rowKey === undefined) throw new Error(`No row matches ${pattern}`);
    return rowKey;
  };
  return {
    rows,
    keyOf,
    drop: (pattern) => table.deleteEntity(partitionKey, keyOf(pattern)),
    set: (pattern, columns) => table.updateEntity({ partitionKey, rowKey: keyOf(pattern), ...columns }, 'Merge'),
    lose: (pattern, column) => {
      const { [column]: _, etag, timestamp, 'odata.metadata': __, ...rest } = rows.get(keyOf(pattern)) as ReadRow;
      return table.updateEntity({ ...rest, partitionKey, rowKey: keyOf(pattern) }, 'Replace');
    },
    add: (rowKey, columns) => table.createEntity({ partitionKey, rowKey, ...columns }),
  };
}

type Damage = readonly [what: string, code: FindingCode, damage: (hand: Hand) => Promise<unknown>];

const joesName = /^value\|upn\|joe@contoso.com/;
const wanted = /^value\|proxy\|wanted@contoso.com/;
const zoesError = /^error\|ProxyAddresses\|sales@contoso.com/;
const twinsError = /^error\|UserPrincipalName/;

/** What a repair corrects, so that all rows but the damaged ones stay what they were. */
const repairable: readonly Damage[] = [
  ['an object row that names another object', 'DamagedRow', ({ set }) => set(/^object\|zoe/, { sourceAnchor: 'joe' })],
  ['an object row that miscounts its errors', 'DamagedRow', ({ set }) => set(/^object\|zoe/, { errorCount: 0 })],
  ['an object row without its writer', 'DamagedRow', ({ lose }) => lose(/^object\|joe/, 'writtenBy')],
  ['a value row that is missing', 'ValueRowMissing', ({ drop }) => drop(joesName)],
  ['the row of a value waited for that is missing', 'ValueRowMissing', ({ drop }) => drop(wanted)],
  ['a value row that names another holder', 'ValueRowWrong', ({ set }) => set(joesName, { holder: 'zoe' })],
  ['a value row that names no object', 'ValueRowWrong', ({ set }) => set(joesName, { holder: '', vacatedBy: 'x' })],
  ['a vacant value given to an object', 'ValueRowWrong', ({ set }) => set(wanted, { holder: 'joe' })],
  ['a value row that miscounts who waits', 'ValueRowWrong', ({ set }) => set(joesName, { waiting: 7 })],
  ['a value row whose count is a text', 'ValueRowWrong', ({ set }) => set(joesName, { waiting: '1' })],
  ['a value row without its holder', 'ValueRowWrong', ({ lose }) => lose(joesName, 'holder')],
  ['a vacant value without its vacancy', 'VacancyMissing', ({ lose }) => lose(wanted, 'vacatedBy')],
  ['a vacant value of another vacancy', 'VacancyMissing', ({ set }) => set(wanted, { vacatedBy: 'x' })],
  [
    'a value row of no object',
    'ValueRowStray',
    ({ add }) => add('value|proxy|none@b.c', { holder: 'joe', waiting: 0, vacatedBy: '' }),
  ],
  [
    'a value that no object wants, taken',
    'ValueRowStray',
    ({ set }) => set(/^value\|proxy\|left@/, { holder: 'leaver' }),
  ],
  ['a vacated row that is missing', 'VacancyMissing', ({ drop }) => drop(/^vacated\|proxy\|wanted@/)],
  ['a vacated row without its time', 'VacancyMissing', ({ lose }) => lose(/^vacated\|proxy\|wanted@/, 'at')],
  [
    'a vacated row of another value',
    'VacancyMissing',
    ({ set }) => set(/^vacated\|proxy\|wanted@/, { value: 'proxy|x@b.c' }),
  ],
  [
    'a vacated row of a value that is held',
    'VacancyStray',
    ({ add }) => add('vacated|upn|joe@contoso.com|x', { value: 'upn|joe@contoso.com', operationId: 'x' }),
  ],
  [
    'a row that tells the sweep to remove an object that lives',
    'VacancyStray',
    ({ add }) => add('vacated|object|joe|x', { deletedObject: 'joe', operationId: 'x' }),
  ],
  ['a deleted object that the sweep is not told of', 'VacancyMissing', ({ drop }) => drop(/^vacated\|object\|leaver/)],
  ['a deleted object that does not say by what', 'VacancyMissing', ({ lose }) => lose(/^object\|leaver/, 'deletedBy')],
  [
    'a deletion that names another object',
    'DamagedRow',
    ({ set }) => set(/^vacated\|object\|leaver/, { deletedObject: 'joe' }),
  ],
  ['an error row that is missing', 'ErrorRowMissing', ({ drop }) => drop(zoesError)],
  ['an error row with another name', 'ErrorRowStale', ({ set }) => set(zoesError, { displayName: 'Zoe Was' })],
  [
    'an error row whose addresses are no JSON',
    'ErrorRowStale',
    ({ set }) => set(twinsError, { proxyAddresses: '["smtp' }),
  ],
  ['an error row without its object', 'ErrorRowStale', ({ lose }) => lose(twinsError, 'objectId')],
  [
    'an error row of no object',
    'ErrorRowStray',
    ({ add }) => add('error|ProxyAddresses|a@b.c|2026-11-16T08:00:00.000Z|nobody', { sourceAnchor: 'nobody' }),
  ],
  [
    'an error row that its object does not list',
    'ErrorRowStray',
    ({ add }) => add('error|ProxyAddresses|a@b.c|2026-11-16T08:00:00.000Z|joe', { sourceAnchor: 'joe' }),
  ],
  ['a history row without what its key says', 'DamagedRow', ({ lose }) => lose(/^history.*quarantined/, 'event')],
  ['a failure of another object', 'DamagedRow', ({ set }) => set(/^failure\|clash/, { sourceAnchor: 'joe' })],
  [
    'a summary that miscounts',
    'SummaryWrong',
    async ({ rows, set }) => {
      const summary = JSON.parse(rows.get('summary|latest')?.summary as string) as object;
      await set(/^summary/, { summary: JSON.stringify({ ...summary, objects: 99 }) });
    },
  ],
  ['a summary that is no JSON', 'SummaryWrong', ({ set }) => set(/^summary/, { summary: '{' })],
];

/** Damage that no other row shows how to repair. */
const beyondRepair: readonly Damage[] = [
  ['a row of an unknown kind', 'UnknownRow', ({ add }) => add('note|1', { text: 'remember the milk' })],
  [
    'an object whose export cannot be read',
    'DamagedRow',
    ({ set }) => set(/^object\|zoe/, { exported: '{"displayName":' }),
  ],
  ['an object without its id', 'DamagedRow', ({ lose }) => lose(/^object\|zoe/, 'objectId')],
  ['an object of no type', 'DamagedRow', ({ set }) => set(/^object\|joe/, { objectType: 'Robot' })],
  [
    'a quarantine at no time',
    'DamagedRow',
    ({ rows, set }) => {
      const list = rows.get('object|zoe')?.dirSyncProvisioningErrors as string;
      return set(/^object\|zoe/, { dirSyncProvisioningErrors: list.replace(/2026-/g, 'then-') });
    },
  ],
  [
    'a user on a placeholder for nothing',
    'PlaceholderAstray',
    ({ set }) => set(/^object\|joe/, { placeholder: 'joe+1234@contoso.onmicrosoft.com' }),
  ],
  [
    'a row that does not say until when history was removed',
    'DamagedRow',
    ({ set }) => set(/^removed/, { before: '' }),
  ],
  ['a history row without a value', 'DamagedRow', ({ lose }) => lose(/^history\|/, 'propertyValue')],
  ['a quarantine that the history does not know', 'HistoryMissing', ({ drop }) => drop(/^history\|.*\|quarantined\|/)],
];

async function damaged(damage: Damage[2]): Promise<{ tenant: Tenant; partition: Partition; before: Rows }> {
  const { tenant, partition } = await furnishedTenant(services);
  const before = await readAll(partition);
  await damage(handOn(partition, before));
  return { tenant, partition, before };
}

const repair = (tenant: Tenant) => repairTenant(services, tenant.registrationId, () => undefined);
const withoutStamps = (rows: Rows): unknown =>
  Object.fromEntries(
    [...rows].flatMap(([rowKey, { etag, timestamp, writtenBy, vacatedBy, operationId, ...rest }]) =>
      /^(summary|vacated)/.test(rowKey) ? [] : [[rowKey, rest]],
    ),
  );

/** Resolves all conflicts, so that every value moves, and looks at what came of it. */
async function expectInForce(tenant: Tenant, partition: Partition): Promise<void> {
  await exportNow(services, tenant, [
    update('zoe', { displayName: 'Zoe again' }),
    update('joe', { userPrincipalName: 'joseph@contoso.com' }),
    group('new', 'smtp:left@contoso.com'),
    remove('sales'),
    group('clash', 'smtp:clash@contoso.com'),
  ]);
  await sweepTenant(services, tenant.registrationId);
  expect(await audit(partition)).toEqual([]);
  const errorsOf = async (anchor: string) => (await findObject(partition, anchor)).object.quarantined.length;
  expect(await Promise.all(['twin', 'zoe', 'max', 'new'].map(errorsOf))).toEqual([0, 0, 0, 0]);
}

describe('a tenant whose rows were damaged', () => {
  it.each(repairable)('is repaired of %s', async (_, code, damage) => {
    const { tenant, partition, before } = await damaged(damage);
    const { findings } = await auditTenant(services, tenant.registrationId);
    expect(findings.map((finding) => finding.code)).toContain(code);
    expect(findings.filter(({ repair }) => repair === null)).toEqual([]);

    const repaired = await repair(tenant);
    expect(repaired.audit.findings).toEqual([]);
    expect(repaired.repairs.every(({ outcome }) => outcome === 'mended')).toBe(true);
    const after = await readAll(partition);
    // A value that no object has or wants may be gone, as the next sweep would have it.
    expect(withoutStamps(before)).toMatchObject(withoutStamps(after) as object);
    await expectInForce(tenant, partition);
  });

  it.each(beyondRepair)('says what cannot be repaired of %s, and what to do', async (_, code, damage) => {
    const { tenant } = await damaged(damage);
    const { audit: left } = await repair(tenant);
    expect(left.findings.map((finding) => finding.code)).toContain(code);
    expect(left.findings.every(({ repair }) => repair === null)).toBe(true);
  });

  it('keeps a value that two objects have from being given away by a repair', async () => {
    const { tenant, partition } = await damaged(async ({ rows, set }) => {
      const exported = rows.get('object|sales')?.exported as string;
      await set(/^object\|sales/, { exported: exported.replace('SMTP:sales@', 'smtp:twin@') });
    });
    const { audit: left } = await repair(tenant);
    expect(left.findings).toMatchObject([
      { code: 'ValueHeldTwice', detail: expect.stringContaining('"sales" and "twin"'), repair: null },
    ]);
    // As the audit advises: decided on premises, exported, repaired.
    await exportNow(services, tenant, [update('sales', { proxyAddresses: ['SMTP:sales@contoso.com'] })]);
    await repair(tenant);
    expect(await audit(partition)).toEqual([]);
    expect((await findObject(partition, 'twin')).object.exported.proxyAddresses).toEqual(['smtp:twin@contoso.com']);
  });

  it('gets back what it had, when an object that cannot be read is removed, repaired and exported again', async () => {
    const { tenant, partition } = await damaged(({ set }) => set(/^object\|zoe/, { exported: '' }));
    await partition.table.deleteEntity(tenant.registrationId, 'object|zoe');
    const { audit: left } = await repair(tenant);
    expect(left.findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['HistoryMissing']));
    await exportNow(services, tenant, [group('zoe', 'smtp:once@contoso.com')]);
    expect((await findObject(partition, 'zoe')).object.quarantined).toEqual([]);
  });

  it('returns the former contents of every row that a repair writes over, before it does', async () => {
    const { tenant } = await damaged(({ set }) => set(joesName, { holder: 'zoe', note: 'by hand' }));
    const told: unknown[] = [];
    await repairTenant(services, tenant.registrationId, ({ code, rowKey }, prior) => told.push([code, rowKey, prior]));
    expect(told).toMatchObject([
      [
        'ValueRowWrong',
        'value|upn|joe@contoso.com',
        [{ rowKey: 'value|upn|joe@contoso.com', holder: 'zoe', note: 'by hand' }],
      ],
    ]);
  });

  it('is repaired of everything at once, and by two at the same time', async () => {
    const { tenant, partition } = await damaged(async (hand) => {
      await hand.drop(joesName);
      await hand.set(wanted, { holder: 'joe' });
      await hand.drop(zoesError);
      await hand.drop(/^vacated\|object\|leaver/);
      await hand.set(twinsError, { displayName: 'Nobody' });
      await hand.set(/^object\|zoe/, { errorCount: 9 });
    });
    await Promise.all([repair(tenant), repair(tenant)]);
    expect(await audit(partition)).toEqual([]);
    await expectInForce(tenant, partition);
  });

  it('loses a failure that cannot be read: the next export says it again', async () => {
    const { tenant, partition } = await damaged(({ set }) => set(/^failure\|clash/, { code: 7 }));
    const { repairs } = await repair(tenant);
    expect(repairs).toMatchObject([{ finding: { code: 'DamagedRow', rowKey: 'failure|clash' } }]);
    expect(await audit(partition)).toEqual([]);
    await exportNow(services, tenant, [group('clash', 'X500:/o=Contoso')]);
    expect((await readAll(partition)).get('failure|clash')).toMatchObject({ code: 'AttributeValueMustBeUnique' });
  });
});

describe('an audit while exports run', () => {
  it('finds nothing that is not so, and a repair changes nothing', async () => {
    const { tenant, partition } = await furnishedTenant(services);
    const over = new AbortController();
    const exports = (async () => {
      for (let round = 0; !over.signal.aborted; round++) {
        const name = `hot${round % 3}@contoso.com`;
        await exportNow(services, tenant, [
          user('joe', { userPrincipalName: name, displayName: `Joe ${round}` }),
          user('twin', { userPrincipalName: 'hot0@contoso.com', exchangeLicensed: round % 2 === 0 }),
          ...(round % 4 === 0 ? [remove('sales')] : [group('sales', 'smtp:sales@contoso.com')]),
        ]);
        if (round % 5 === 0) await sweepTenant(services, tenant.registrationId);
      }
    })();
    const found: unknown[] = [];
    for (let round = 0; round < 12; round++) {
      found.push(...(await auditTenant(services, tenant.registrationId)).findings);
      found.push(...(await repair(tenant)).repairs);
    }
    over.abort();
    await exports;
    expect(found).toEqual([]);
    expect(await audit(partition)).toEqual([]);
  }, 120_000);
});
