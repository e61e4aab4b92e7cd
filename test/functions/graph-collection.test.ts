import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { contact, group, remove, update, user } from '../shared/directory/fixtures.ts';
import { type Answer, registerTenant, send, startService } from '../support/service.ts';

let service: RunningFunctionsHost;
let tenant: Awaited<ReturnType<typeof registerTenant>>;

const anyConflict = "onPremisesProvisioningErrors/any(o:o/category eq 'PropertyConflict')";
const by = (property: string): string => `onPremisesProvisioningErrors/any(o:o/propertyCausingError eq '${property}')`;

beforeAll(async () => {
  service = await startService();
  tenant = await registerTenant(service);
  await tenant.export([user('a', { mail: 'a@contoso.com' }), user('plain'), group('g', 'smtp:g@contoso.com')]);
  await tenant.export([
    user('upn', { userPrincipalName: 'a@contoso.com' }),
    user('address', { proxyAddresses: ['smtp:g@contoso.com'] }),
    user('both', {
      userPrincipalName: 'A@contoso.com',
      proxyAddresses: ['smtp:G@contoso.com', 'smtp:own@contoso.com'],
    }),
    group('waiting', 'smtp:g@contoso.com'),
    contact('other', 'smtp:a@contoso.com'),
  ]);
});
afterAll(() => service.stop());

function ask(path: string, query: Record<string, string> = {}): Promise<Answer> {
  return send(`${service.url}/api/v1.0/${tenant.tenantId}/${path}?${new URLSearchParams(query)}`);
}

type Listed = { readonly onPremisesImmutableId: string };

function anchorsOf({ body }: Answer): string[] {
  return (body.value as Listed[]).map(({ onPremisesImmutableId }) => onPremisesImmutableId);
}

describe('GET /api/v1.0/{tenantId}/{collection}', () => {
  it('gives the users with a conflict in the shape of Microsoft Graph', async () => {
    const answer = await ask('users', { $filter: anyConflict });
    expect(answer.status).toBe(200);
    expect(anchorsOf(answer)).toEqual(['address', 'both', 'upn']);
    expect(answer.body['@odata.context']).toBe(`${service.url}/api/v1.0/${tenant.tenantId}/$metadata#users`);
    const { body: object } = await tenant.object('both');
    expect(answer.body.value[1]).toEqual({
      id: object.objectId,
      displayName: 'User both',
      userPrincipalName: object.userPrincipalName,
      mail: null,
      proxyAddresses: ['smtp:own@contoso.com'],
      onPremisesImmutableId: 'both',
      onPremisesProvisioningErrors: expect.arrayContaining([
        {
          category: 'PropertyConflict',
          occurredDateTime: object.dirSyncProvisioningErrors[0].whenStarted,
          propertyCausingError: 'ProxyAddresses',
          value: 'smtp:G@contoso.com',
        },
      ]),
    });
  });

  it.each([
    ['groups', anyConflict, ['waiting']],
    ['contacts', anyConflict, ['other']],
    ['Users', by('UserPrincipalName'), ['both', 'upn']],
    ['users', by('ProxyAddresses'), ['address', 'both']],
    ['users', by('proxyaddress'), ['address', 'both']],
    ['groups', by('UserPrincipalName'), []],
    [
      'users',
      "OnPremisesProvisioningErrors/any(p:p/PropertyCausingError eq 'UserPrincipalName' and p/Category eq 'PropertyConflict')",
      ['both', 'upn'],
    ],
    ['users', `${by('UserPrincipalName')} and ${by('ProxyAddresses')}`, ['both']],
    [
      'users',
      "onPremisesProvisioningErrors/any(o:o/propertyCausingError eq 'UserPrincipalName' and o/propertyCausingError eq 'ProxyAddresses')",
      [],
    ],
  ])('filters %s by %s', async (collection, $filter, expected) => {
    const answer = await ask(collection, { $filter, $count: 'true' });
    expect(anchorsOf(answer)).toEqual(expected);
    expect(answer.body['@odata.count']).toBe(expected.length);
  });

  it('gives all objects of the type without a filter', async () => {
    expect(anchorsOf(await ask('users')).sort()).toEqual(['a', 'address', 'both', 'plain', 'upn']);
  });

  it.each([{}, { $filter: anyConflict, $count: 'true' }])(
    'gives pages of $top that a nextLink joins: %o',
    async (query) => {
      const seen: string[] = [];
      let url: string | undefined =
        `${service.url}/api/v1.0/${tenant.tenantId}/users?${new URLSearchParams({ ...query, $top: '2' })}`;
      while (url) {
        const answer: Answer = await send(url);
        expect(anchorsOf(answer).length).toBeLessThanOrEqual(2);
        seen.push(...anchorsOf(answer));
        url = answer.body['@odata.nextLink'] as string | undefined;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toHaveLength('$filter' in query ? 3 : 5);
    },
  );

  it('has no link if the page is just full', async () => {
    const { body } = await ask('users', { $filter: anyConflict, $top: '3' });
    expect(body.value).toHaveLength(3);
    expect(body).not.toHaveProperty(['@odata.nextLink']);
  });

  it('takes query options without their $, as Graph does', async () => {
    const answer = await ask('users', { filter: anyConflict, top: '2' });
    expect(anchorsOf(answer)).toEqual(['address', 'both']);
    expect(anchorsOf(await send(answer.body['@odata.nextLink'] as string))).toEqual(['upn']);
  });

  it('gives the selected properties', async () => {
    const { body } = await ask('groups', { $filter: anyConflict, $select: 'displayName, ONPREMISESIMMUTABLEID' });
    expect(body.value).toEqual([{ displayName: 'Group waiting', onPremisesImmutableId: 'waiting' }]);
    expect(body['@odata.context']).toContain('#groups(displayName,onPremisesImmutableId)');
  });

  it.each([
    ['$orderby', { $orderby: 'displayName' }, 'the parameters are $filter, $top, $select, $count, $skiptoken'],
    ['$expand', { $expand: 'manager' }, 'the parameters are'],
    ['$search', { $search: '"displayName:x"' }, 'the parameters are'],
    ['another function', { $filter: "startswith(displayName,'a')" }, 'Supported is'],
    ['another property', { $filter: "displayName eq 'a'" }, 'Supported is'],
    ['or', { $filter: `${anyConflict} or ${anyConflict}` }, 'not supported from "or onPremises'],
    ['not', { $filter: `not ${anyConflict}` }, 'not supported from "not'],
    ['ne', { $filter: anyConflict.replace('eq', 'ne') }, 'not supported from "ne'],
    ['all', { $filter: anyConflict.replace('any', 'all') }, 'not supported from "all'],
    [
      'an unknown category',
      { $filter: anyConflict.replace('PropertyConflict', 'Other') },
      "the values are 'PropertyConflict'",
    ],
    ['an unknown property', { $filter: by('mail') }, "'UserPrincipalName' and 'ProxyAddresses'"],
    ['a value without quotes', { $filter: anyConflict.replaceAll("'", '') }, 'in quotes'],
    ['half a filter', { $filter: anyConflict.slice(0, -1) }, 'ends too early'],
    ['an empty filter', { $filter: '' }, '>=1 character'],
    ['another variable', { $filter: anyConflict.replace('o/', 'p/') }, 'not supported from "p/'],
    ['$top of 1,000', { $top: '1000' }, '<=999'],
    ['$select of what there is not', { $select: 'id,department' }, 'Cannot select "department"'],
    ['$count without a filter', { $count: 'true' }, 'Cannot count without $filter'],
    ['an unsigned token', { $skiptoken: 'x' }, 'Follow the link'],
  ])('refuses %s with an error in the shape of Graph', async (_, query, message) => {
    const { status, body } = await ask('users', query);
    expect(status).toBe(400);
    expect(body).toEqual({
      error: {
        code: expect.stringMatching(/^Request_(BadRequest|UnsupportedQuery)$/),
        message: expect.stringContaining(message),
        innerError: { date: expect.any(String), 'request-id': expect.any(String) },
      },
    });
  });

  it('answers 404 in the shape of Graph for an unknown tenant or collection', async () => {
    for (const path of ['nobody/users', `${tenant.tenantId}/devices`]) {
      const { status, body } = await send(`${service.url}/api/v1.0/${path}`);
      expect(status).toBe(404);
      expect(body.error.code).toBe('Request_ResourceNotFound');
    }
  });

  it('refuses the token of another collection, filter or tenant', async () => {
    const other = await registerTenant(service);
    const { body } = await ask('users', { $filter: anyConflict, $top: '1' });
    const link = body['@odata.nextLink'] as string;
    const changed = new URL(link);
    changed.searchParams.set('$filter', by('ProxyAddresses'));
    const links = [link.replace('/users', '/groups'), link.replace(tenant.tenantId, other.tenantId), changed.href];
    for (const candidate of links) expect((await send(candidate)).status).toBe(400);
  });

  it('repeats and leaves out no error that is present throughout while errors end', async () => {
    const busy = await registerTenant(service);
    const numbers = Array.from({ length: 12 }, (_, number) => number);
    const addresses = (number: number): string[] => [`smtp:x${number}@contoso.com`, `smtp:y${number}@contoso.com`];
    await busy.export(numbers.map((number) => group(`h${number}`, ...addresses(number))));
    await busy.export(numbers.map((number) => group(`w${number}`, ...addresses(number))));
    const seen: string[] = [];
    let url: string | undefined =
      `${service.url}/api/v1.0/${busy.tenantId}/groups?${new URLSearchParams({ $filter: anyConflict, $top: '3' })}`;
    for (let page = 0; url; page++) {
      const answer: Answer = await send(url);
      seen.push(...anchorsOf(answer));
      url = answer.body['@odata.nextLink'] as string | undefined;
      // Of each object one error ends, of one object both.
      await busy.export([
        ...numbers.map((number) => update(`w${number}`, { proxyAddresses: addresses(number).slice(page % 2) })),
        ...(page === 0 ? [remove('w11')] : []),
      ]);
    }
    expect(seen.filter((anchor) => anchor !== 'w11').sort()).toEqual(
      numbers
        .slice(0, 11)
        .map((number) => `w${number}`)
        .sort(),
    );
    expect(new Set(seen).size).toBe(seen.length);
  });
});
