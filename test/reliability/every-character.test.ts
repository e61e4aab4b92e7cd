import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import { startAzurite } from '../../local/azurite.ts';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { showInvisible } from '../../shared/views/show-invisible.ts';
import { contact, group, remove, user } from '../shared/directory/fixtures.ts';
import { audit } from '../support/audit.ts';
import {
  basicCharacters,
  everyCharacter,
  higherPlanes,
  inTexts,
  unusualCharacters,
} from '../support/hostile/characters.ts';
import { type Answer, registerTenant, send, startService } from '../support/service.ts';
import { newTenant, partitionOf, servicesHere } from '../support/storage.ts';

/**
 * Every character of Unicode in every field that is stored, from the export to the sweep, the report, the mail and the
 * file. All of it is on an Azurite of its own: what one of these texts breaks there, it breaks for all tenants.
 */
type Azurite = Awaited<ReturnType<typeof startAzurite>>;
type Tenant = Awaited<ReturnType<typeof registerTenant>>;

let azurite: Azurite;
let service: RunningFunctionsHost;

beforeAll(async () => {
  azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  service = await startService({ AzureWebJobsStorage: azurite.connectionString });
});
afterAll(async () => {
  await service.stop();
  await azurite.stop();
});

async function expectOthersToWrite(): Promise<void> {
  const other = await registerTenant(service);
  const { body } = await other.export([group('g', 'smtp:x@contoso.com'), group('h', 'smtp:x@contoso.com')]);
  expect(body.summary).toMatchObject({ created: 2, failed: 0, quarantined: 1 });
}

async function expectInOrder({ tenantId }: Tenant): Promise<void> {
  const services = servicesHere(azurite.connectionString);
  expect(await audit(await partitionOf(services, newTenant({ tenantId })))).toEqual([]);
}

/** Reads a list to its end. */
async function all<Entry>(tenant: Tenant, path: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let url: string | undefined = `${tenant.url}${path}`;
  while (url) {
    const answer: Answer = await send(url);
    expect(answer.status).toBe(200);
    entries.push(...(answer.body.value as Entry[]));
    url = answer.body.nextLink as string | undefined;
  }
  return entries;
}

/** Names the texts that are not the same, each once, as numbers: what differs would not be seen. */
function changed(wanted: readonly string[], found: readonly (string | null | undefined)[]): readonly string[] {
  const codes = (text: string): string => Array.from(text, (one) => one.codePointAt(0)?.toString(16)).join(' ');
  const differ = wanted.flatMap((text, index) => (found[index] === text ? [] : [codes(text).slice(0, 300)]));
  return wanted.length === found.length ? differ : [...differ, `${found.length} in place of ${wanted.length}`];
}

const perObject = 1_000;

describe('every character in the attributes of objects', () => {
  const parts = Array.from({ length: Math.ceil(basicCharacters.length / perObject) }, (_, part) =>
    basicCharacters.slice(part * perObject, (part + 1) * perObject),
  );
  const attributesOf: readonly Readonly<Record<string, string | readonly string[]>>[] = [
    ...parts.map((alone) => ({
      alone,
      inside: alone.map((character) => `Joe${character}Wood`),
      together: alone.join(''),
    })),
    ...parts.map((names) => Object.fromEntries(names.map((name) => [name, `x${name}`]))),
    ...higherPlanes.map((plane) => ({ plane })),
  ];

  it('comes back unchanged, alone, inside words, and as a name', async () => {
    const tenant = await registerTenant(service);
    const objects = attributesOf.map((attributes, index) => ({ ...group(`g${index}`), attributes }));
    const { status, body } = await tenant.export(objects);
    expect([status, body.summary]).toEqual([200, expect.objectContaining({ created: objects.length, failed: 0 })]);
    await expectOthersToWrite();
    for (const [index, attributes] of attributesOf.entries()) {
      const { body: stored } = await tenant.object(`g${index}`);
      const found = stored.attributes as Record<string, string | string[]>;
      expect(changed(Object.keys(attributes).sort(), Object.keys(found).sort())).toEqual([]);
      const names = Object.keys(attributes);
      const flat = (of: Readonly<Record<string, string | readonly string[]>>) =>
        names.flatMap((name) => of[name] ?? '');
      expect(changed(flat(attributes), flat(found))).toEqual([]);
    }
  }, 60_000);
});

type Listed = {
  readonly sourceAnchor: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly proxyAddresses: readonly string[];
};
type Quarantined = { readonly propertyValue: string; readonly object: { readonly displayName: string } };

/** What a UPN and an SMTP address may hold. */
const isAllowed = (character: string): boolean =>
  !/[\s\\%&*+/=?{}|<>();:,[\]"@\p{C}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u.test(character);

describe('every character in anchors, names and addresses', () => {
  const anchors = inTexts(everyCharacter, 59);
  const alone = unusualCharacters.map((character) => contact(`a${character}b`));
  const names = inTexts(everyCharacter, 250);
  const locals = inTexts(everyCharacter.filter(isAllowed), 220);
  // Of an address of another type, and of a UPN, the number keeps it apart from those that differ in letter case only.
  const others = inTexts(
    everyCharacter.filter((character) => !/\p{Cc}/u.test(character)),
    150,
  );
  const holders = anchors.map((sourceAnchor, index) =>
    user(sourceAnchor, {
      displayName: `Name ${names[index % names.length]}`,
      userPrincipalName: `${index}.${locals[index % locals.length]?.slice(0, 56).toWellFormed()}-@contoso.com`,
      proxyAddresses: [
        `smtp:${index}.${locals[index % locals.length]}@contoso.com`,
        `X500:/o=${index}/${others[index % others.length]}`,
      ],
    }),
  );
  const wanted = holders.slice(0, Math.max(locals.length, names.length));
  const waiting = wanted.map(({ displayName, userPrincipalName, proxyAddresses }, index) =>
    user(`waits ${index}`, {
      displayName,
      userPrincipalName,
      proxyAddresses: proxyAddresses?.slice(0, 1),
    }),
  );
  const addressesOf = (objects: typeof holders) => objects.map(({ proxyAddresses }) => proxyAddresses?.[0] ?? '');
  const namesOf = (objects: typeof holders) => objects.map(({ displayName }) => displayName ?? '');
  const upnsOf = (objects: typeof holders) => objects.map(({ userPrincipalName }) => userPrincipalName ?? '');

  it('is written, quarantined, shown, found and released unchanged', async () => {
    const tenant = await registerTenant(service);
    const { body: first } = await tenant.export([...holders, ...alone]);
    expect(first.summary).toMatchObject({ created: holders.length + alone.length, failed: 0, quarantined: 0 });
    const stored = new Map((await all<Listed>(tenant, '/objects?pageSize=1000')).map((one) => [one.sourceAnchor, one]));
    expect(stored.size).toBe(holders.length + alone.length);
    expect(alone.filter(({ sourceAnchor }) => !stored.has(sourceAnchor))).toEqual([]);
    const found = holders.map(({ sourceAnchor }) => stored.get(sourceAnchor));
    expect(
      changed(
        anchors,
        found.map((one) => one?.sourceAnchor),
      ),
    ).toEqual([]);
    expect(
      changed(
        namesOf(holders),
        found.map((one) => one?.displayName),
      ),
    ).toEqual([]);
    expect(
      changed(
        upnsOf(holders),
        found.map((one) => one?.userPrincipalName),
      ),
    ).toEqual([]);
    expect(
      changed(
        holders.flatMap(({ proxyAddresses }) => proxyAddresses ?? []),
        found.flatMap((one) => one?.proxyAddresses),
      ),
    ).toEqual([]);

    const { body: second } = await tenant.export(waiting);
    expect(second.summary).toMatchObject({ created: waiting.length, failed: 0, quarantined: 2 * waiting.length });
    await expectOthersToWrite();
    const values = [...upnsOf(waiting), ...addressesOf(waiting)].sort();
    const errors = await all<Quarantined>(tenant, '/provisioningErrors?pageSize=1000');
    expect(changed(values, errors.map(({ propertyValue }) => propertyValue).sort())).toEqual([]);
    const { body: csv } = await tenant.get('/provisioningErrors?format=csv');
    expect(parse(csv as string, { bom: true })).toHaveLength(1 + values.length);
    await expectShown(tenant, namesOf(waiting));

    await tenant.export(wanted.map(({ sourceAnchor }) => remove(sourceAnchor)));
    const { body: sweep } = await send(`${tenant.url}/sweep`, { method: 'POST' });
    const released = (sweep.released as Quarantined[]).map(({ propertyValue }) => propertyValue).sort();
    expect(changed(values, released)).toEqual([]);
    const history = await all<Quarantined>(tenant, '/history?pageSize=1000');
    const past = history.map(({ propertyValue, object }) => `${object.displayName} ${propertyValue}`).sort();
    const events = waiting.flatMap(({ displayName, userPrincipalName, proxyAddresses }) => {
      return [`${displayName} ${userPrincipalName}`, `${displayName} ${proxyAddresses?.[0]}`];
    });
    expect(changed([...events, ...events].sort(), past)).toEqual([]);
    for (const [index, { userPrincipalName, proxyAddresses }] of waiting.entries()) {
      if (index % 50 > 0) continue;
      const { body } = await tenant.object(`waits ${index}`);
      expect(body).toMatchObject({ userPrincipalName, proxyAddresses, dirSyncProvisioningErrors: [] });
    }
    await expectOthersToWrite();
    await expectInOrder(tenant);
  }, 120_000);
});

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
const inText = (html: string): string => html.replace(/&\w+;/g, (entity) => entities[entity] ?? entity);

/** The report's pages show every name, and mail and report show no character that cannot be seen. */
async function expectShown(tenant: Tenant, displayNames: readonly string[]): Promise<void> {
  const { body: link } = await send(`${tenant.url}/reportLink`, { method: 'POST' });
  const token = new URL(link.url as string).search;
  let pages = '';
  let next: string | undefined = `${service.url}/api/report${token}&pageSize=100`;
  while (next) {
    const { status, body }: Answer = await send(next);
    expect(status).toBe(200);
    pages += body as string;
    const [, href] = /<a[^>]* href="([^"]+)"[^>]*>\s*Next/.exec(body as string) ?? [];
    next = href && new URL(href.replaceAll('&amp;', '&'), `${service.url}/api/report`).href;
  }
  const shown = inText(pages);
  expect(
    changed(
      displayNames.filter((name) => !shown.includes(showInvisible(name))),
      [],
    ),
  ).toEqual([]);
  const mail = await send(`${tenant.url}/mail`, { method: 'POST', body: { dryRun: true } });
  expect(mail.status).toBe(200);
  for (const text of [pages, mail.body.html, mail.body.plainText] as string[]) {
    expect(text).not.toMatch(/[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
  }
}

describe('every character in operations that fail', () => {
  it('is the same in the failure and in the answer', async () => {
    const tenant = await registerTenant(service);
    const texts = inTexts(everyCharacter, 250);
    const operations = texts.map((text, index) => ({
      ...group(`fails ${index}`),
      displayName: `x${text}`,
      mail: `${text}@@`,
    }));
    const { body } = await tenant.export(operations);
    expect(body.summary).toMatchObject({ created: 0, failed: texts.length });
    await expectOthersToWrite();
    const messages = (body.results as { errors: { message: string }[] }[]).map(
      ({ errors }) => errors[0]?.message ?? '',
    );
    expect(
      changed(
        texts.filter((text, index) => !messages[index]?.includes(text)),
        [],
      ),
    ).toEqual([]);
    type Failure = { readonly sourceAnchor: string; readonly displayName: string; readonly message: string };
    const kept = (await all<Failure>(tenant, '/failures?pageSize=1000')).map((one) => [one.sourceAnchor, one] as const);
    const failures = new Map(kept);
    const found = operations.map(({ sourceAnchor }) => failures.get(sourceAnchor));
    expect(
      changed(
        messages,
        found.map((one) => one?.message),
      ),
    ).toEqual([]);
    expect(
      changed(
        operations.map(({ displayName }) => displayName),
        found.map((one) => one?.displayName),
      ),
    ).toEqual([]);
    const { body: link } = await send(`${tenant.url}/reportLink`, { method: 'POST' });
    const report = await send(`${service.url}/api/report${new URL(link.url as string).search}&view=failures`);
    expect(report.status).toBe(200);
    expect(report.body).not.toMatch(/[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    await expectInOrder(tenant);
  }, 60_000);
});

describe('the unusual characters in the name of a tenant', () => {
  it('come back unchanged', async () => {
    for (const text of inTexts(unusualCharacters, 250)) {
      const displayName = `x${text}x`;
      const tenant = await registerTenant(service, { displayName });
      expect(changed([displayName], [(await tenant.get('')).body.displayName])).toEqual([]);
    }
    await expectOthersToWrite();
  }, 60_000);
});

describe('texts that look like a part of a transaction or of its answer', () => {
  const texts = [
    ...['--changesetresponse_', 'x--changesetresponse_x', '--changeset_', '--batch_1', 'boundary=x', '--', '\r\n\r\n'],
    ...[
      'HTTP/1.1 500 x',
      'ETag: x',
      "RowKey='x')",
      "PartitionKey='x',",
      'DELETE',
      'http://x/y/z',
      '{}',
      '{"odata.error":1}',
    ],
    ...['$1$&', '\u2028', '\u2029', 'a\u2028--changesetresponse_\u2029{'],
  ];

  it('are anchors, names and addresses like any other', async () => {
    const tenant = await registerTenant(service);
    const objects = texts.map((text, index) => ({
      ...group(
        text,
        `X500:/o=${text.replace(/\p{Cc}/gu, '')}${index}`,
        `smtp:${index}--changesetresponse_@contoso.com`,
      ),
      displayName: `x${text}`,
    }));
    // One to an export: what breaks a transaction with another of them must not be taken for a repair.
    for (const object of objects) {
      const { status, body } = await tenant.export([object]);
      expect([object.sourceAnchor, status, body.summary?.created]).toEqual([object.sourceAnchor, 200, 1]);
    }
    const again = objects.map((object) => ({ ...object, displayName: `${object.displayName} again` }));
    expect((await tenant.export(again)).body.summary).toMatchObject({ updated: texts.length, failed: 0 });
    expect((await tenant.export(texts.map(remove))).body.summary).toMatchObject({ deleted: texts.length });
    expect((await send(`${tenant.url}/sweep`, { method: 'POST' })).status).toBe(200);
    expect(await all(tenant, '/objects')).toEqual([]);
    await expectOthersToWrite();
    await expectInOrder(tenant);
  }, 60_000);
});
