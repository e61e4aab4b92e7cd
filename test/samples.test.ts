import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../local/project-root.ts';
import { registerTenant, startService, type Answer } from './support/service.ts';
import type { RunningFunctionsHost } from '../local/functions-host.ts';

/** An operation, as far as the tests read it. A delete has only the first two properties. */
type Operation = {
  readonly operation: string;
  readonly sourceAnchor: string;
  readonly objectType?: string;
  readonly displayName?: string;
  readonly attributes?: { readonly company: string };
};

const read = (file: string): unknown => JSON.parse(readFileSync(join(projectRoot, 'samples', file), 'utf8'));
const { operations: first } = read('1-first-export.json') as { operations: Operation[] };
const { operations: changes } = read('2-changes.json') as { operations: Operation[] };

let service: RunningFunctionsHost;
let tenant: Awaited<ReturnType<typeof registerTenant>>;
let registered: Answer;
let loaded: Answer;
let changed: Answer;

beforeAll(async () => {
  service = await startService();
  tenant = await registerTenant(service);
  registered = await tenant.put(read('tenant.json'));
  loaded = await tenant.export(first);
  changed = await tenant.export(changes);
});

afterAll(() => service.stop());

/** Returns the source anchor of the object with this company, type and display name. */
function anchorOf(name: string): string {
  const found = [...first, ...changes].find(
    ({ attributes, objectType, displayName }) => name === `${attributes?.company} ${objectType} ${displayName}`,
  );
  if (found) return found.sourceAnchor;
  throw new Error(`Cannot find "${name}" in the samples`);
}

/** Returns the results of an export for one object, in their order. */
function resultsFor({ body }: Answer, name: string) {
  const results = body.results as {
    sourceAnchor: string;
    objectId: string;
    outcome: string;
    userPrincipalName: string | null;
    proxyAddresses: string[];
    dirSyncProvisioningErrors: { propertyName: string; propertyValue: string; heldBy: { sourceAnchor: string } }[];
    errors: { code: string }[];
  }[];
  return results.filter(({ sourceAnchor }) => sourceAnchor === anchorOf(name));
}

/** Returns the only result of an export for one object. */
function resultFor(answer: Answer, name: string) {
  const results = resultsFor(answer, name);
  if (results[0] && results.length === 1) return results[0];
  throw new Error(`Cannot choose a result: "${name}" has ${results.length}`);
}

/** Returns the quarantined values of an object, and the source anchors of their holders. */
function quarantinedOf(answer: Answer, name: string) {
  return resultFor(answer, name).dirSyncProvisioningErrors.map(
    ({ propertyName, propertyValue, heldBy }) => [propertyName, propertyValue, heldBy.sourceAnchor] as const,
  );
}

describe('the samples', () => {
  it('have fewer than 100 objects, of both companies and of every type', () => {
    const objects = [...first, ...changes].filter(({ attributes }) => attributes);
    expect(new Set(objects.map(({ sourceAnchor }) => sourceAnchor)).size).toBeLessThan(100);
    expect(new Set(objects.map(({ attributes }) => attributes?.company))).toEqual(new Set(['Contoso', 'Fabrikam']));
    expect(new Set(objects.map(({ objectType }) => objectType))).toEqual(new Set(['User', 'Group', 'Contact']));
  });

  it('have source anchors like those of a sync client: 16 bytes in base64, some with "/" and "+"', () => {
    const anchors = [...first, ...changes].map(({ sourceAnchor }) => sourceAnchor);
    for (const anchor of anchors) expect(Buffer.from(anchor, 'base64').toString('base64')).toBe(anchor);
    expect(new Set(anchors.map((anchor) => Buffer.from(anchor, 'base64').length))).toEqual(new Set([16]));
    expect(anchors.some((anchor) => anchor.includes('/'))).toBe(true);
    expect(anchors.some((anchor) => anchor.includes('+'))).toBe(true);
  });

  it('register a tenant', () => {
    expect(registered.status).toBe(200);
    expect(registered.body).toMatchObject({ initialDomain: 'contoso.onmicrosoft.com', displayName: 'Contoso' });
  });
});

describe('samples/1-first-export.json', () => {
  it('creates all objects except the two that fail', () => {
    expect(loaded.body.summary).toEqual({
      ...{ created: 48, updated: 0, unchanged: 0, deleted: 0, failed: 2 },
      quarantined: 10,
    });
  });

  it.each([
    ['two users with one UPN', 'Fabrikam User User B', 'UPN', 'User@contoso.com', 'Contoso User User A'],
    ['a UPN in another letter case', 'Fabrikam User Lee Grant', 'UPN', 'LEEG@CONTOSO.COM', 'Contoso User Lee Gu'],
    [
      'an address in another letter case',
      'Fabrikam User Alex Weber',
      'address',
      'smtp:alexw@contoso.com',
      'Contoso User Alex Wilber',
    ],
    [
      'two new groups with one address',
      'Fabrikam Group Sales at Fabrikam',
      'address',
      'SMTP:sales@contoso.com',
      'Contoso Group Sales',
    ],
    [
      'a user against a contact',
      'Fabrikam User Kim Abercrombie',
      'address',
      'SMTP:kim@fabrikam.com',
      'Contoso Contact Kim Abercrombie',
    ],
    [
      'a contact against a user',
      'Fabrikam Contact Diego Siciliani',
      'address',
      'SMTP:DiegoS@contoso.com',
      'Contoso User Diego Siciliani',
    ],
    [
      'a group against a user',
      'Fabrikam Group Press Office',
      'address',
      'SMTP:press@contoso.com',
      'Contoso User Joni Sherman',
    ],
    [
      'the UPN of a licensed user as its address',
      'Fabrikam User Reception Desk',
      'address',
      'smtp:reception@contoso.com',
      'Contoso Group Reception',
    ],
  ])('quarantines %s', (_, name, property, value, holder) => {
    const propertyName = property === 'UPN' ? 'UserPrincipalName' : 'ProxyAddresses';
    expect(resultFor(loaded, name)).toMatchObject({
      outcome: 'created',
      errors: [{ code: 'QuarantinedAttributeValueMustBeUnique' }],
    });
    expect(quarantinedOf(loaded, name)).toEqual([[propertyName, value, anchorOf(holder)]]);
  });

  it('quarantines a UPN and an address at once', () => {
    const holder = anchorOf('Contoso User Chris Green');
    expect(quarantinedOf(loaded, 'Fabrikam User Chris Green')).toEqual([
      ['UserPrincipalName', 'ChrisG@contoso.com', holder],
      ['ProxyAddresses', 'SMTP:ChrisG@contoso.com', holder],
    ]);
  });

  it('replaces a quarantined UPN by a placeholder, which is also an address of a licensed user', () => {
    expect(resultFor(loaded, 'Fabrikam User User B').userPrincipalName).toMatch(
      /^User\+\d{4}@contoso\.onmicrosoft\.com$/,
    );
    const { userPrincipalName, proxyAddresses } = resultFor(loaded, 'Fabrikam User Lee Grant');
    expect(userPrincipalName).toMatch(/^LEEG\+\d{4}@contoso\.onmicrosoft\.com$/);
    expect(proxyAddresses).toEqual(['SMTP:lee@fabrikam.com', `smtp:${userPrincipalName}`]);
  });

  it('lets a licensed user keep the UPN whose address is quarantined', () => {
    expect(resultFor(loaded, 'Fabrikam User Reception Desk').userPrincipalName).toBe('reception@contoso.com');
  });

  it.each([
    ['without addresses', 'Fabrikam User Eva Corets', ['SMTP:eva.corets@fabrikam.com']],
    [
      'with only a secondary address',
      'Fabrikam User Ty Carlson',
      ['SMTP:ty.carlson@fabrikam.com', 'smtp:ty@fabrikam.com'],
    ],
    ['that is a contact', 'Fabrikam Contact Northwind Traders', ['SMTP:hello@northwindtraders.com']],
  ])('uses "mail" as the primary address of an object %s', (_, name, addresses) => {
    expect(resultFor(loaded, name).proxyAddresses).toEqual(addresses);
  });

  it.each([
    ['an address of another type twice', 'Fabrikam User Patricia Fernandez', 'AttributeValueMustBeUnique'],
    ['a bad UPN', 'Fabrikam User Garth Fort', 'IdentityDataValidationFailed'],
  ])('fails for %s', (_, name, code) => {
    expect(resultFor(loaded, name)).toMatchObject({ outcome: 'failed', objectId: null, errors: [{ code }] });
  });
});

describe('samples/2-changes.json', () => {
  it('is written except for the operation that still fails', () => {
    expect(changed.status).toBe(200);
    expect(changed.body.summary).toEqual({
      ...{ created: 3, updated: 9, unchanged: 1, deleted: 2, failed: 1 },
      quarantined: 1,
    });
  });

  it('moves an alias', () => {
    expect(resultFor(changed, 'Contoso User Isaiah Langer').proxyAddresses).toEqual(['SMTP:IsaiahL@contoso.com']);
    expect(resultFor(changed, 'Contoso User Johanna Lorenz').proxyAddresses).toEqual([
      'SMTP:JohannaL@contoso.com',
      'smtp:support@contoso.com',
    ]);
  });

  it('moves an alias to the user that the export names, even though a group waits for it', async () => {
    expect(resultFor(changed, 'Contoso User Lidia Holloway').proxyAddresses).toContain('smtp:press@contoso.com');
    const { body } = await tenant.object(anchorOf('Fabrikam Group Press Office'));
    expect(body.dirSyncProvisioningErrors).toMatchObject([
      { propertyValue: 'SMTP:press@contoso.com', heldBy: { sourceAnchor: anchorOf('Contoso User Lidia Holloway') } },
    ]);
  });

  it('swaps the addresses of two users', () => {
    const [hamilton, pelton] = ['Fabrikam User David Hamilton', 'Fabrikam User David Pelton'];
    expect(resultFor(loaded, hamilton).proxyAddresses).toEqual(['SMTP:david.p@fabrikam.com']);
    expect(resultFor(loaded, pelton).proxyAddresses).toEqual(['SMTP:david.h@fabrikam.com']);
    expect(resultFor(changed, hamilton).proxyAddresses).toEqual(['SMTP:david.h@fabrikam.com']);
    expect(resultFor(changed, pelton).proxyAddresses).toEqual(['SMTP:david.p@fabrikam.com']);
  });

  it('deletes an object and adds another with its source anchor', () => {
    const results = resultsFor(changed, 'Fabrikam User Sanjay Patel');
    expect(results.map(({ outcome }) => outcome)).toEqual(['deleted', 'created']);
    expect(results[1]?.objectId).not.toBe(resultFor(loaded, 'Fabrikam User Sanjay Patel').objectId);
  });

  it('deletes an object', async () => {
    expect((await tenant.object(anchorOf('Contoso Contact Fourth Coffee'))).status).toBe(404);
  });

  it('ends the conflict of an object that no longer desires the value', () => {
    expect(resultFor(changed, 'Fabrikam User Alex Weber').dirSyncProvisioningErrors).toEqual([]);
  });

  it('releases a UPN that its holder vacates in the same export', () => {
    expect(resultFor(changed, 'Contoso User Lee Gu').userPrincipalName).toBe('Lee.Gu@contoso.com');
    expect(resultFor(changed, 'Fabrikam User Lee Grant')).toMatchObject({
      outcome: 'updated',
      userPrincipalName: 'LEEG@CONTOSO.COM',
      proxyAddresses: ['SMTP:lee@fabrikam.com', 'smtp:LEEG@CONTOSO.COM'],
      dirSyncProvisioningErrors: [],
    });
  });

  it('does not report a conflict twice', () => {
    const result = resultFor(changed, 'Fabrikam User Chris Green');
    expect(result).toMatchObject({ outcome: 'unchanged', errors: [] });
    expect(result.dirSyncProvisioningErrors).toHaveLength(2);
  });

  it('creates the corrected object, and fails again for the other', () => {
    expect(resultFor(changed, 'Fabrikam User Garth Fort').outcome).toBe('created');
    expect(resultFor(changed, 'Fabrikam User Patricia Fernandez')).toMatchObject({
      outcome: 'failed',
      errors: [{ code: 'AttributeValueMustBeUnique' }],
    });
  });

  it("quarantines Joe's address, which a group holds, and lets him keep his UPN", () => {
    const joe = 'Contoso User Joe Wood';
    expect(resultFor(changed, joe)).toMatchObject({
      outcome: 'created',
      userPrincipalName: 'Joe@contoso.com',
      proxyAddresses: ['SMTP:joe.wood@contoso.com'],
    });
    expect(quarantinedOf(changed, joe)).toEqual([
      ['ProxyAddresses', 'smtp:Joe@contoso.com', anchorOf("Contoso Group Joe's Coffee Club")],
    ]);
  });

  it('leaves some conflicts to the sweep', async () => {
    const { body } = await tenant.get('/objects?hasErrors=true');
    const names = (body.value as { displayName: string }[]).map(({ displayName }) => displayName).sort();
    expect(names).toEqual([
      ...['Chris Green', 'Diego Siciliani', 'Joe Wood', 'Kim Abercrombie'],
      ...['Press Office', 'Reception Desk', 'Sales at Fabrikam', 'User B'],
    ]);
  });
});
