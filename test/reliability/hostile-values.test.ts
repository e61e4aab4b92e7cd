import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { contact, group, remove, user } from '../shared/directory/fixtures.ts';
import { audit } from '../support/audit.ts';
import { registerTenant, send, startService } from '../support/service.ts';
import { newTenant, partitionOf, servicesHere } from '../support/storage.ts';

/** Values that are allowed and that break careless programs, over HTTP, from the export to the sweep. */
let service: RunningFunctionsHost;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

type Tenant = Awaited<ReturnType<typeof registerTenant>>;

const sweep = ({ url }: Tenant) => send(`${url}/sweep`, { method: 'POST' });

async function expectInOrder({ tenantId }: Tenant): Promise<void> {
  await audit(await partitionOf(servicesHere(), newTenant({ tenantId })));
}

const wide = '\u{1f600}';
const domain = '@contoso.com';

/** Values of the greatest length, made of characters of four bytes; two of them differ in the last one only. */
const longest = {
  anchor: (last: string): string => wide.repeat(29) + last,
  address: (last: string): string => `smtp:${wide.repeat(121)}x${last}${domain}`,
  userPrincipalName: (last: string): string => `${wide.repeat(31)}x${last}${domain}`,
};

describe('the longest values, of characters of four bytes', () => {
  it('are written, found, quarantined and released, and told apart by their last character', async () => {
    const tenant = await registerTenant(service);
    const values = (last: string) => ({
      userPrincipalName: longest.userPrincipalName(last),
      proxyAddresses: [longest.address(last)],
    });
    const { body: first } = await tenant.export(['a', 'b'].map((last) => user(longest.anchor(last), values(last))));
    expect(first.summary).toMatchObject({ created: 2, quarantined: 0 });
    const { body: second } = await tenant.export([user('waits', values('a'))]);
    expect(second.summary).toMatchObject({ created: 1, quarantined: 2 });

    for (const last of ['a', 'b']) {
      const { body } = await tenant.object(longest.anchor(last));
      expect(body).toMatchObject({ ...values(last), dirSyncProvisioningErrors: [] });
      expect(body.conflicts).toHaveLength(last === 'a' ? 2 : 0);
    }
    const found = async (name: string, value: string): Promise<unknown[]> => {
      const query = `propertyName=${name}&propertyValue=${encodeURIComponent(value)}`;
      return (await tenant.get(`/provisioningErrors?${query}`)).body.value as unknown[];
    };
    expect(await found('ProxyAddresses', longest.address('a').toUpperCase())).toHaveLength(1);
    expect(await found('UserPrincipalName', longest.userPrincipalName('a'))).toHaveLength(1);
    expect(await found('ProxyAddresses', longest.address('b'))).toEqual([]);

    await tenant.export([remove(longest.anchor('a'))]);
    expect((await sweep(tenant)).body.released).toHaveLength(2);
    expect((await tenant.object('waits')).body).toMatchObject({ ...values('a'), dirSyncProvisioningErrors: [] });
    expect((await tenant.object(longest.anchor('a'))).status).toBe(404);
    await expectInOrder(tenant);
  }, 60_000);

  it('are refused one character further, each with its limit', async () => {
    const tenant = await registerTenant(service);
    const { body } = await tenant.export([
      group(longest.anchor('ab')),
      group('g', longest.address('ab')),
      user('u', { userPrincipalName: longest.userPrincipalName('ab') }),
    ]);
    const codes = (body.results as { errors: { code: string }[] }[]).map(({ errors }) => errors[0]?.code);
    expect(codes).toEqual(['DataValidationFailed', 'DataValidationFailed', 'IdentityDataValidationFailed']);
  });
});

/** Texts that a key, a path or a filter could take for something else, or for one another. */
const treacherous = [
  ...['a|b', 'a!7cb', 'a!7Cb', 'a/b', 'a%2Fb', 'a%252Fb', 'a\\b', 'a#b', 'a?b', 'a&b', 'a+b', 'a b', 'a;b'],
  ...['.', '..', '../x', 'x/..', './', '/', '//', 'a\u0000b', 'a\u0001b', 'a\nb', 'a\tb', 'a\u007fb', 'a\u0085b'],
  ...["'", "''", "' or true", "') or (RowKey ne '", '{', '}', '%', '%00', '!~', '__proto__', 'constructor', '\ufeff'],
];

describe('source anchors with separators, dots, quotes and control characters', () => {
  it('are objects of their own, and each is found by its own path', async () => {
    const tenant = await registerTenant(service);
    const named = treacherous.map((anchor, index) => ({ ...contact(anchor), displayName: `Number ${index}` }));
    const { body } = await tenant.export(named);
    expect(body.summary).toMatchObject({ created: treacherous.length, failed: 0 });
    // A client, or a proxy on the way, takes a part of a path that is dots for a step up: lists have such an object.
    for (const [index, anchor] of treacherous.entries()) {
      if (anchor === '.' || anchor === '..') continue;
      expect([anchor, (await tenant.object(anchor)).body.displayName]).toEqual([anchor, `Number ${index}`]);
    }
    const { body: listed } = await tenant.get('/objects?pageSize=1000');
    const anchors = (listed.value as { sourceAnchor: string }[]).map(({ sourceAnchor }) => sourceAnchor);
    expect(anchors.sort()).toEqual([...treacherous].sort());
    await expectInOrder(tenant);
  }, 60_000);
});

describe('addresses with separators and quotes', () => {
  const isAllowed = (text: string): boolean => !/[\s<>();,[\]":@\p{Cc}]/u.test(text);
  // An address is the same in each letter case.
  const locals = [...new Set(treacherous.filter(isAllowed).map((text) => text.toLowerCase()))];

  it('are values of their own: each is quarantined, found and released', async () => {
    const tenant = await registerTenant(service);
    const addresses = locals.map((local) => `smtp:${local}${domain}`);
    await tenant.export([group('holder', ...addresses)]);
    const { body } = await tenant.export(addresses.map((address, index) => group(`w${index}`, address)));
    expect(body.summary).toMatchObject({ created: locals.length, quarantined: locals.length });
    for (const [index, address] of addresses.entries()) {
      const query = `propertyName=ProxyAddresses&propertyValue=${encodeURIComponent(address)}`;
      const { body: found } = await tenant.get(`/provisioningErrors?${query}`);
      const anchors = (found.value as { object: { sourceAnchor: string } }[]).map(({ object }) => object.sourceAnchor);
      expect([address, anchors]).toEqual([address, [`w${index}`]]);
    }
    await tenant.export([remove('holder')]);
    expect((await sweep(tenant)).body.released).toHaveLength(locals.length);
    expect((await tenant.get('/provisioningErrors')).body.value).toEqual([]);
    await expectInOrder(tenant);
  }, 60_000);
});

describe('two spellings of an address', () => {
  const spelled = (text: string): string => (text.includes('@') ? text : `${text}${domain}`);

  it.each([
    ['letters in another case', 'one', 'JÖRG', 'jörg'],
    ['sharp s, small and capital', 'one', 'stra\u00dfe', 'STRA\u1e9eE'],
    ['the Kelvin sign and k', 'one', '\u212aelvin', 'kelvin'],
    ['the three forms of sigma', 'one', '\u03c3\u03bf\u03c2', '\u03a3\u039f\u03a3'],
    ['a composed and a decomposed letter', 'one', 'caf\u00e9', 'CAFE\u0301'],
    ['an accent and none', 'two', 'caf\u00e9', 'cafe'],
    ['an IDN and its punycode', 'one', 'joe@m\u00fcnchen.de', 'joe@xn--mnchen-3ya.de'],
    ['a domain in full width and in ASCII', 'one', 'joe@\uff43ontoso.com', 'joe@contoso.com'],
    ['sharp s and ss', 'two', 'stra\u00dfe', 'strasse'],
    ['i with and without its dot', 'two', 'k\u0131z', 'kiz'],
    ['full width and narrow', 'two', '\uff4aoe', 'joe'],
    ['Latin and Cyrillic letters that look alike', 'two', 'paul', 'p\u0430ul'],
  ])('%s are %s', async (_, count, left, right) => {
    const tenant = await registerTenant(service);
    const { body } = await tenant.export([
      group('left', `smtp:${spelled(left)}`),
      group('right', `smtp:${spelled(right)}`),
    ]);
    expect((await tenant.object('left')).body.proxyAddresses).toEqual([`smtp:${spelled(left)}`]);
    expect(body.summary).toMatchObject({ created: 2, quarantined: count === 'one' ? 1 : 0 });
  });
});

describe('an address with a character that is not seen, or that turns the rest about', () => {
  it.each(['jo\u200be', 'joe\u200f', 'joe\u202e', 'jo\u00ade', 'joe\ufe0f'])(
    'is refused with its position: %j',
    async (local) => {
      const tenant = await registerTenant(service);
      const { body } = await tenant.export([
        group('holds', `smtp:joe${domain}`),
        group('asks', `smtp:${local}${domain}`),
        user('name', { userPrincipalName: `${local}${domain}` }),
      ]);
      const codes = (body.results as { errors: { code: string; message: string }[] }[]).map(
        ({ errors }) => errors[0]?.code,
      );
      expect(codes).toEqual([undefined, 'DataValidationFailed', 'IdentityDataValidationFailed']);
      expect(body.results[1].errors[0].message).toMatch(/has the character U\+[0-9A-F]{4} at position \d+/);
    },
  );
});

describe('names that turn text about, or bring lines, headers, formulas and markup', () => {
  const name = '=1+1\u202egnp.exe\r\nBcc: x@example.com\r\n<img src=x onerror=alert(1)>';

  it('are shown as what they are in the report, the mail and the file', async () => {
    const tenant = await registerTenant(service, { displayName: `Contoso\u202e\r\nBcc: x@example.com` });
    const asks = { ...group('asks', `smtp:x${domain}`), displayName: name };
    await tenant.export([group('holds', `smtp:x${domain}`), asks]);

    const { body: link } = await send(`${tenant.url}/reportLink`, { method: 'POST' });
    const report = await send(`${service.url}/api/report${new URL(link.url as string).search}`);
    const mail = await send(`${tenant.url}/mail`, { method: 'POST', body: { dryRun: true } });
    expect([report.status, mail.status]).toEqual([200, 200]);
    for (const text of [report.body, mail.body.html, mail.body.plainText] as string[]) {
      expect([text.includes('[U+202E]'), text.includes('\u202e')]).toEqual([true, false]);
    }
    for (const html of [report.body, mail.body.html] as string[]) {
      expect([html.includes('&lt;img src=x onerror=alert(1)'), html.includes('<img src=x')]).toEqual([true, false]);
    }
    expect(mail.body.subject).toBe('Sync errors detected on your Azure AD Connect service');
    expect(mail.body.plainText).not.toMatch(/^\s*Bcc:/m);
    expect(mail.body.plainText).not.toContain('x@example.com');
    const { body: csv } = await tenant.get('/provisioningErrors?format=csv');
    expect(csv).toContain(`"'=1+1`);
  });

  it('are no way into the recipients of a mail', async () => {
    const tenant = await registerTenant(service);
    for (const recipient of [
      'a@contoso.com\r\nBcc: x@example.com',
      'a@contoso.com, x@example.com',
      'A <a@contoso.com>',
    ]) {
      const registration = { initialDomain: 'contoso.onmicrosoft.com', recipients: [recipient] };
      expect((await tenant.put(registration)).status).toBe(400);
      const { status } = await send(`${tenant.url}/mail`, { method: 'POST', body: { to: [recipient] } });
      expect(status).toBe(400);
    }
    expect((await tenant.get('')).body.recipients).toEqual(['admin@contoso.com']);
  });
});

describe('a value with a letter that looks like another', () => {
  it("is remarked on its conflict's page, and only there", async () => {
    const tenant = await registerTenant(service);
    const values = [`smtp:p\u0430ul${domain}`, `smtp:paul${domain}`];
    await tenant.export([group('holds', ...values), ...values.map((value, index) => group(`asks${index}`, value))]);
    const { body: link } = await send(`${tenant.url}/reportLink`, { method: 'POST' });
    const pages = await Promise.all(
      values.map(async (value, index) => {
        const conflict = new URLSearchParams({
          ...{ conflictProperty: 'ProxyAddresses', conflictValue: value, sourceAnchor: `asks${index}` },
        });
        return send(`${service.url}/api/report${new URL(link.url as string).search}&${conflict.toString()}`);
      }),
    );
    expect(pages.map(({ status }) => status)).toEqual([200, 200]);
    const note = 'contains the Cyrillic letter &quot;\u0430&quot; (U+0430), which looks like Latin &quot;a&quot;';
    expect(pages.map(({ body }) => (body as string).includes(note))).toEqual([true, false]);
  });
});

describe('filters that close a quote and go on', () => {
  const injections = [
    "' or true",
    "x' or '1' eq '1",
    "') or (PartitionKey ne '",
    "' or RowKey ge '",
    "%27 or 1 eq 1 or '",
  ];

  it.each(injections)('find nothing more than what is called so: %s', async (injection) => {
    const [tenant, other] = [await registerTenant(service), await registerTenant(service)];
    for (const { export: send } of [tenant, other]) {
      await send([group('holds', `smtp:x${domain}`), group('asks', `smtp:x${domain}`)]);
    }
    const text = encodeURIComponent(injection);
    expect((await tenant.object(injection)).status).toBe(404);
    const value = await tenant.get(`/provisioningErrors?propertyName=ProxyAddresses&propertyValue=${text}`);
    expect([value.status, value.body.value]).toEqual([200, []]);
    const search = await tenant.get(`/provisioningErrors?searchString=${text}`);
    expect([search.status, search.body.value]).toEqual([200, []]);
    for (const path of [`/objects?objectType=User${text}`, `/objects?hasErrors=true${text}`]) {
      expect((await tenant.get(path)).status).toBe(400);
    }
    const graph = tenant.url.replace('/tenants/', '/v1.0/');
    const filter = encodeURIComponent(`onPremisesProvisioningErrors/any(o:o/category eq '${injection}')`);
    expect((await send(`${graph}/groups?$filter=${filter}`)).status).toBe(400);
    expect((await send(`${service.url}/api/tenants/${tenant.tenantId}${text}/objects`)).status).toBe(404);
  });
});
