import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { projectRoot } from '../../local/project-root.ts';
import { putTenant } from '../../shared/use-cases/tenants/put-tenant.ts';
import type { Tenant } from '../../shared/store/tenant-row.ts';
import { readAll } from '../support/audit.ts';
import { furnishedTenant } from '../support/furnished-tenant.ts';
import { newTenant, servicesHere } from '../support/storage.ts';

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs `npm run audit` with arguments, by default on the storage of this test run. */
function runAudit(args: readonly string[], connectionString = inject('connectionString')): Promise<Ended> {
  const env = { ...process.env, AzureWebJobsStorage: connectionString };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(projectRoot, 'local/audit.ts'), ...args],
      { env },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const services = servicesHere();
let tenant: Tenant;

beforeAll(async () => {
  ({ tenant } = await putTenant(services, newTenant().tenantId, newTenant()));
  await furnishedTenant(services, tenant);
});

describe('npm run audit', () => {
  it('ends with 0 if there are no findings', async () => {
    const { code, stdout } = await runAudit([tenant.tenantId]);
    expect(stdout).toMatch(/^Tenant "[^"]+": \d+ rows, no findings\.\n$/);
    expect(code).toBe(0);
  }, 60_000);

  it('ends with 1 if there are findings, and repairs them with --repair, printing the rows before', async () => {
    const partition = await services.storage.partition(tenant.registrationId);
    const rowKey = 'value|upn|joe@contoso.com';
    await partition.table.updateEntity({ partitionKey: tenant.registrationId, rowKey, waiting: 5 }, 'Merge');
    const found = await runAudit([tenant.tenantId]);
    expect(found.stdout).toContain('1 finding.');
    expect(found.stdout).toContain('"waiting" is 5, not 1.');
    expect(found.code).toBe(1);

    const repaired = await runAudit([tenant.tenantId, '--repair']);
    expect(repaired.stdout).toContain(`Repairing ValueRowWrong  ${rowKey}\n  before: {`);
    expect(repaired.stdout).toContain('"waiting":5');
    expect(repaired.code).toBe(0);
    expect((await readAll(partition)).get(rowKey)).toMatchObject({ holder: 'joe', waiting: 1 });
    expect(JSON.parse((await runAudit([tenant.tenantId, '--json'])).stdout)).toMatchObject({ count: 0 });
  }, 60_000);

  it.each([
    ['without a tenant', []],
    ['with an unknown option', ['contoso', '--mend']],
    ['of a tenant that is not registered', ['nobody']],
  ])(
    'ends with 2 if it is called %s',
    async (_, args) => {
      const { code, stderr } = await runAudit(args);
      expect(stderr).toMatch(/Usage: npm run audit|Cannot find tenant "nobody"/);
      expect(code).toBe(2);
    },
    60_000,
  );

  it('ends with 2 if a setting is wrong, and names it', async () => {
    const { code, stderr } = await runAudit(['contoso'], 'nowhere');
    expect(stderr).toContain('AzureWebJobsStorage');
    expect(code).toBe(2);
  }, 60_000);

  it('ends with 3 if the storage does not answer', async () => {
    const nowhere = inject('connectionString').replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${await freePort()}`);
    const { code, stderr } = await runAudit(['contoso'], nowhere);
    expect(stderr).toContain('the storage does not answer');
    expect(code).toBe(3);
  }, 60_000);
});
