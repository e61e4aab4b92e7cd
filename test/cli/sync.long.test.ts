import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerTenant, send, startService } from '../support/service.ts';
import { anchorOf, convertToJson, csvde, exportCsv, ldifde, other, user } from './directory-files.ts';
import { type Ended, type Folder, makeFolder } from './run-client.ts';

let service: Awaited<ReturnType<typeof startService>>;
let tenant: Awaited<ReturnType<typeof registerTenant>>;
let folder: Folder;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  tenant = await registerTenant(service);
  folder = await makeFolder();
});
afterEach(() => folder.remove());

const sync = (...args: string[]): Promise<Ended> =>
  folder.run([...args, '--tenant', tenant.tenantId, '--url', service.url, '--retries', '0']);

/** The output of a run with --json. */
type Report = Record<'read' | 'planned' | 'summary', Record<string, unknown> | null>;

const reportOf = ({ stdout }: Ended): Report => JSON.parse(stdout) as Report;

const joe = user('Wood, Joe', {
  userPrincipalName: 'joe@contoso.com',
  mail: 'joe@contoso.com',
  proxyAddresses: ['SMTP:joe@contoso.com', 'smtp:jw@contoso.com', 'X400:C=US\\;A= \\;P=Contoso'],
});
const twin = user('Jörg Twin', { userPrincipalName: 'JOE@contoso.com' });
const sales = other('group', 'Sales', { mail: 'sales@contoso.com' });
const partner = other('contact', 'Partner', { displayName: 'A Partner', mail: 'jw@contoso.com' });
const everybody = [joe, twin, sales, partner];

describe('the files of four tools', { timeout: 300_000 }, () => {
  it('are equivalent: after one of them is sent, the others are unchanged', async () => {
    const plainJoe = { ...joe, proxyAddresses: ['SMTP:joe@contoso.com', 'smtp:jw@contoso.com'] };
    const people = [plainJoe, twin, sales, partner];
    await folder.write('ldifde.txt', ldifde(people));
    await folder.write('csvde.txt', csvde(people));
    await folder.write('export.txt', exportCsv(people));
    await folder.write('objects.txt', convertToJson(people));
    expect((await sync('ldifde.txt')).stdout).toContain('4 created');
    for (const file of ['csvde.txt', 'export.txt', 'objects.txt']) {
      const ended = await sync(file, '--json');
      expect([file, ended.code, reportOf(ended).planned]).toEqual([
        file,
        0,
        { adds: 0, updates: 0, deletes: 0, unchanged: 4, heldBack: 0 },
      ]);
    }
  });

  it('become objects, and their conflicts are reported with both sides', async () => {
    await folder.write('people.csv', csvde(everybody));
    const { code, stdout } = await sync('people.csv');
    expect(code).toBe(0);
    expect(stdout).toContain('4 created, 0 updated, 0 unchanged, 0 deleted, 0 failed; 2 values quarantined.');
    expect(stdout).toMatch(
      /User "Jörg Twin" waits for UserPrincipalName "JOE@contoso.com"\n +User "Wood, Joe" holds it, in userPrincipalName/,
    );
    expect(stdout).toContain(`see ${tenant.url}/objects?sourceAnchor=${encodeURIComponent(anchorOf('Partner'))}`);
    const { body } = await tenant.object(anchorOf('Wood, Joe'));
    expect(body).toMatchObject({
      objectType: 'User',
      displayName: 'Wood, Joe',
      attributes: { department: 'Sales, "Tools"' },
      exported: { proxyAddresses: ['SMTP:joe@contoso.com', 'smtp:jw@contoso.com', 'X400:C=US;A= ;P=Contoso'] },
    });
  });
});

describe('ldapsearch', { timeout: 300_000 }, () => {
  it('writes users and groups of other directories to the standard input', async () => {
    const input = `# extended LDIF
#
# LDAPv3
# base <dc=contoso,dc=com> with scope subtree

# anna, people, contoso.com
dn: uid=anna,ou=people,dc=contoso,dc=com
objectClass: inetOrgPerson
objectClass: posixAccount
uid: anna
cn: Anna
cn;lang-el:: zobOvc69zrE=
mail: anna@contoso.com
mail: a@contoso.com
entryUUID: 6E1A8F90-0000-103C-8000-000000000001

# staff, groups, contoso.com
dn: cn=staff,ou=groups,dc=contoso,dc=com
objectClass: groupOfNames
cn: staff
member: uid=anna,ou=people,dc=contoso,dc=com
entryUUID: 6e1a8f90-0000-103c-8000-000000000002

dn: cn=unix,ou=groups,dc=contoso,dc=com
objectClass: posixGroup
cn: unix
gidNumber: 1000
entryUUID: 6e1a8f90-0000-103c-8000-000000000003

# search result
search: 2
result: 0 Success

# numResponses: 4
# numEntries: 3
`;
    const args = ['-', '--tenant', tenant.tenantId, '--url', service.url, '--upn-from', 'mail'];
    expect(await folder.run(args, { input })).toMatchObject({ code: 0, stdout: expect.stringContaining('3 created') });
    expect((await tenant.object('6e1a8f90-0000-103c-8000-000000000001')).body).toMatchObject({
      displayName: 'Anna',
      userPrincipalName: 'anna@contoso.com',
      proxyAddresses: ['SMTP:anna@contoso.com', 'smtp:a@contoso.com'],
    });
    expect((await tenant.object('6e1a8f90-0000-103c-8000-000000000003')).body).toMatchObject({ displayName: 'unix' });
  });
});

describe('the next run', { timeout: 300_000 }, () => {
  it('sends the changes: an add, an update with the changed properties, and a delete', async () => {
    await folder.write('people.json', convertToJson([joe, sales, partner]));
    await sync('people.json');
    const renamed = { ...joe, displayName: 'Joe Forest', department: [] };
    await folder.write('people.json', convertToJson([renamed, sales, user('New')]));
    const dry = await sync('people.json', '--dry-run', '--json');
    const operations = dry.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { operation: string });
    expect(Object.fromEntries(operations.map((one) => [one.operation, one]))).toEqual({
      update: {
        operation: 'update',
        sourceAnchor: anchorOf('Wood, Joe'),
        displayName: 'Joe Forest',
        attributes: { department: null },
      },
      add: expect.objectContaining({ sourceAnchor: anchorOf('New'), objectType: 'User' }),
      delete: { operation: 'delete', sourceAnchor: anchorOf('Partner') },
    });
    const ended = await sync('people.json', '--json');
    expect(reportOf(ended).summary).toMatchObject({ created: 1, updated: 1, deleted: 1, failed: 0 });
    expect((await tenant.object(anchorOf('Partner'))).status).toBe(404);
    expect((await tenant.object(anchorOf('Wood, Joe'))).body).toMatchObject({
      displayName: 'Joe Forest',
      attributes: {},
    });
  });

  it('moves an address in one request even if the requests are small', async () => {
    const people = Array.from({ length: 8 }, (_, index) => user(`U${index}`));
    const withAlias = (index: number) => [
      ...people.map((one, at) => (at === index ? { ...one, proxyAddresses: 'smtp:alias@contoso.com' } : one)),
    ];
    await folder.write('people.json', convertToJson(withAlias(0)));
    await sync('people.json');
    const moved = withAlias(7).map((one) => ({ ...one, department: 'Moved' }));
    await folder.write('people.json', convertToJson(moved));
    const ended = await sync('people.json', '--batch-size', '2', '--json');
    expect(reportOf(ended)).toMatchObject({ planned: { updates: 8 }, summary: { quarantined: 0 } });
    expect((await tenant.object(anchorOf('U7'))).body.proxyAddresses).toEqual(['smtp:alias@contoso.com']);
  });

  it('swaps values with the help of the next sweep if the swap does not fit into one request', async () => {
    const [one, two] = [user('One'), user('Two')];
    await folder.write('people.json', convertToJson([one, two]));
    await sync('people.json');
    const swapped = [
      { ...one, userPrincipalName: two.userPrincipalName ?? '' },
      { ...two, userPrincipalName: one.userPrincipalName ?? '' },
    ];
    await folder.write('people.json', convertToJson(swapped));
    expect((await sync('people.json', '--batch-size', '1')).code).toBe(0);
    await send(`${tenant.url}/sweep`, { method: 'POST' });
    expect((await tenant.object(anchorOf('One'))).body.userPrincipalName).toBe('two@contoso.com');
    expect((await tenant.object(anchorOf('Two'))).body.userPrincipalName).toBe('one@contoso.com');
    expect((await tenant.get('/provisioningErrors')).body.value).toEqual([]);
  });

  it('sends failed operations again until they succeed', async () => {
    await folder.write('people.json', convertToJson([joe, user('Nameless', { userPrincipalName: [] })]));
    const failed = await sync('people.json');
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('IdentityDataValidationFailed') });
    expect(reportOf(await sync('people.json', '--json'))).toMatchObject({ planned: { adds: 1, unchanged: 1 } });
    await folder.write('people.json', convertToJson([joe, user('Nameless')]));
    expect(await sync('people.json')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 created') });
  });

  it('adds objects again that the service does not have any more', async () => {
    await folder.write('people.json', convertToJson([joe, sales]));
    await sync('people.json');
    await tenant.export([{ operation: 'delete', sourceAnchor: anchorOf('Sales') }]);
    await folder.write('people.json', convertToJson([joe, { ...sales, displayName: 'Sales EMEA' }]));
    const ended = await sync('people.json', '--json');
    expect([ended.code, reportOf(ended).summary]).toMatchObject([0, { created: 1, failed: 0 }]);
    expect((await tenant.object(anchorOf('Sales'))).body).toMatchObject({ displayName: 'Sales EMEA' });
    expect(reportOf(await sync('people.json', '--json'))).toMatchObject({ planned: { unchanged: 2 } });
  });

  it('applies change records to the entries that were sent before', async () => {
    await folder.write('all.ldf', ldifde([joe, twin, sales, partner]));
    await sync('all.ldf');
    const log = `version: 1
dn: cn=wood\\, joe, ou=people, dc=contoso, dc=com
changetype: modify
delete: proxyAddresses
proxyAddresses: smtp:JW@contoso.com
-
replace: department
-

dn: CN=Sales,OU=People,DC=contoso,DC=com
changetype: modrdn
newrdn: CN=Sales EMEA
deleteoldrdn: 1

dn: OU=People,DC=contoso,DC=com
changetype: moddn
newrdn: OU=Staff
deleteoldrdn: 1

dn: CN=Jörg Twin,OU=Staff,DC=contoso,DC=com
changetype: delete

dn: CN=Unknown,DC=contoso,DC=com
changetype: modify
replace: department
department: IT
-
`;
    await folder.write('log.ldf', log);
    const ended = await sync('log.ldf', '--json');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('log.ldf, line 23: it changes "CN=Unknown,DC=contoso,DC=com"');
    expect(reportOf(ended)).toMatchObject({ planned: { updates: 2, deletes: 1 }, summary: { updated: 2, deleted: 1 } });
    const { body } = await tenant.object(anchorOf('Wood, Joe'));
    expect(body.attributes).toEqual({});
    expect(body.proxyAddresses).not.toContain('smtp:jw@contoso.com');
    expect((await tenant.object(anchorOf('Sales'))).body.displayName).toBe('Sales EMEA');
    expect((await tenant.object(anchorOf('Partner'))).status).toBe(200);
  });
});

describe('an incomplete directory', { timeout: 300_000 }, () => {
  it('is sent without the entries that cannot be read, which are reported with file and line, and without deletes', async () => {
    await folder.write('people.ldf', ldifde([joe, sales, partner]));
    await sync('people.ldf');
    const broken = `dn: CN=Broken,DC=contoso,DC=com\r\nchangetype: add\r\nobjectClass: user\r\nwhat is this\r\n\r\n`;
    await folder.write('people.ldf', Buffer.concat([ldifde([joe, user('New')]), Buffer.from(broken, 'utf16le')]));
    const strict = await sync('people.ldf', '--strict', '--json');
    expect([strict.code, reportOf(strict).summary]).toEqual([1, null]);
    const ended = await sync('people.ldf', '--json');
    expect(ended.stderr).toMatch(/people\.ldf, line \d+: "what is this" is not of the form "attribute: value"\./);
    expect([ended.code, reportOf(ended)]).toMatchObject([
      1,
      { read: { problems: 1 }, planned: { adds: 1, deletes: 0, heldBack: 2 }, summary: { created: 1, deleted: 0 } },
    ]);
    expect((await tenant.object(anchorOf('Partner'))).status).toBe(200);
  });

  it('deletes no object with --partial', async () => {
    await folder.write('people.json', convertToJson([joe, sales]));
    await sync('people.json');
    await folder.write('new.json', convertToJson([user('New')]));
    expect(reportOf(await sync('new.json', '--partial', '--json'))).toMatchObject({ planned: { adds: 1, deletes: 0 } });
    expect((await tenant.object(anchorOf('Sales'))).status).toBe(200);
  });

  it('is reported if it has an entry twice', async () => {
    await folder.write('people.json', convertToJson([joe]));
    const ended = await sync('people.json', 'people.json');
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already has the source anchor'),
    });
  });
});

describe('deletes', { timeout: 300_000 }, () => {
  it('are not sent if they are more than allowed, or if all objects would be deleted', async () => {
    const people = Array.from({ length: 4 }, (_, index) => user(`U${index}`));
    await folder.write('people.json', convertToJson(people));
    await sync('people.json');
    await folder.write('people.json', convertToJson(people.slice(0, 1)));
    const stopped = await sync('people.json', '--allow-deletes', '2');
    expect(stopped).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('3 objects would be deleted, and 2 are allowed'),
    });
    expect((await tenant.object(anchorOf('U3'))).status).toBe(200);
    await folder.write('people.json', '[]');
    expect(await sync('people.json')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('every object that was sent before (4) would be deleted'),
    });
    await folder.write('people.json', convertToJson(people.slice(0, 2)));
    expect(await sync('people.json')).toMatchObject({ code: 0, stdout: expect.stringContaining('2 deleted') });
  });
});

describe('the delete guard of the service', { timeout: 300_000 }, () => {
  it('receives the number of objects that exist, even if others have deleted some of them', async () => {
    await tenant.put({ initialDomain: 'contoso.onmicrosoft.com', recipients: [], accidentalDeletionThreshold: 1 });
    const people = Array.from({ length: 5 }, (_, index) => user(`U${index}`));
    await folder.write('people.json', convertToJson(people));
    await sync('people.json');
    await tenant.export([{ operation: 'delete', sourceAnchor: anchorOf('U4') }]);
    await send(`${tenant.url}/sweep`, { method: 'POST' });
    await folder.write('people.json', convertToJson(people.slice(0, 1)));
    expect(await sync('people.json')).toMatchObject({ code: 1, stderr: expect.stringContaining('409') });
    expect((await tenant.object(anchorOf('U1'))).status).toBe(200);
    const allowed = await sync('people.json', '--allow-deletes', '4', '--json');
    expect([allowed.code, reportOf(allowed).summary]).toMatchObject([0, { deleted: 3, unchanged: 1 }]);
  });
});

describe('errors', { timeout: 300_000 }, () => {
  const errors = (...args: string[]): Promise<Ended> =>
    folder.run(['errors', ...args, '--tenant', tenant.tenantId, '--url', service.url]);

  it('writes a table, JSON or CSV, with the filters of the cmdlet', async () => {
    await folder.write('people.json', convertToJson(everybody));
    await sync('people.json');
    const table = await errors();
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/UserPrincipalName +JOE@contoso\.com +User Jörg Twin +User Wood, Joe/);
    expect(table.stdout).toContain('2 provisioning errors');
    const found = await errors('--property-name', 'ProxyAddresses', '--property-value', 'JW@contoso.com', '--json');
    expect(JSON.parse(found.stdout)).toMatchObject([
      { object: { displayName: 'A Partner' }, heldBy: { displayName: 'Wood, Joe' } },
    ]);
    expect(JSON.parse((await errors('--search-string', 'nobody', '--json')).stdout)).toEqual([]);
    const sorted = await errors(
      '--sort-field',
      'DisplayName',
      '--sort-direction',
      'Descending',
      '--max-results',
      '1',
      '--csv',
    );
    expect(sorted.stdout.split('\r\n').filter(Boolean)).toHaveLength(2);
    expect(sorted.stdout).toContain('Jörg Twin');
  });

  it('ends with 2 if the service refuses the query', async () => {
    expect(await errors('--property-value', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('propertyName'),
    });
  });
});

describe('usage', { timeout: 300_000 }, () => {
  it('is explained by --help', async () => {
    const { code, stdout } = await folder.run(['sync', '--help']);
    expect(code).toBe(0);
    for (const text of ['Examples:', '--allow-deletes', 'Exit codes:']) expect(stdout).toContain(text);
  });

  it('ends with 2 if the options or the files are wrong', async () => {
    await folder.write('people.json', '[]');
    await folder.write('map.json', '{"mial":[]}');
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [['people.json', '--nonsense'], 'unknown option'],
      [['people.json', '--tenant', 'Not One'], '1 to 64 characters'],
      [['people.json', '--url', 'ftp://x'], 'begins with https://'],
      [['people.json', '--tenant', 'contoso'], 'give its address with --url'],
      [['none.json', '--tenant', 'contoso', '--url', service.url], 'there is no such file'],
      [['.', '--tenant', 'contoso', '--url', service.url], 'it is a folder'],
      [['people.json', '--mapping', 'map.json', '--dry-run'], 'mial'],
      [['people.json', '--state', 'map.json', '--tenant', 'contoso', '--url', service.url], 'it is not a state file'],
      [
        ['people.json', '--tenant', 'contoso', '--url', 'http://example.com', '--key', 'k'],
        'Give an address with https',
      ],
    ];
    for (const [args, message] of wrong) {
      const { code, stderr } = await folder.run(args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(message)]);
    }
  });

  it('ends with 2 if the tenant is unknown, and remembers no object as sent', async () => {
    await folder.write('people.json', convertToJson([joe]));
    const args = ['people.json', '--tenant', 'nobody-here', '--url', service.url, '--json'];
    expect(await folder.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('Cannot find tenant') });
    expect(reportOf(await folder.run(args))).toMatchObject({ planned: { adds: 1 } });
  });

  it('refuses the state file of another tenant', async () => {
    await folder.write('people.json', convertToJson([joe]));
    await sync('people.json', '--state', 'state');
    const args = ['people.json', '--state', 'state', '--tenant', 'another', '--url', service.url];
    expect(await folder.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('Give another --state') });
  });
});
