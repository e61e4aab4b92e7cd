import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { type Description, operationsOf } from '../support/description.ts';
import { audience, entraTenantId, type Issuer, type Said, startIssuer } from '../support/issuer.ts';
import { type Answer, send, startService } from '../support/service.ts';

type Hosted = { name: string; trigger: string; route: string; methods: string[]; authLevel: string };

const keys = {
  FUNCTION_KEYS_ENFORCED: 'true',
  LOCAL_FUNCTION_KEY: 'of-the-functions',
  LOCAL_MASTER_KEY: 'of-the-host',
};
const registration = { initialDomain: 'contoso.onmicrosoft.com', recipients: [] };
const anyone = ['health', 'openapi', 'report'];

const routesOf = async (service: RunningFunctionsHost): Promise<readonly Hosted[]> => {
  const { body } = await send(`${service.url}/admin/functions`, { headers: { 'x-functions-key': 'of-the-host' } });
  return (body as Hosted[]).filter(({ trigger }) => trigger.toLowerCase() === 'httptrigger');
};

/** The path of a route, with something for each of its parameters. */
const pathOf = ({ route }: Hosted): string => route.replace(/\{\*?(\w+)\}/g, 'contoso');

describe('access by function keys', () => {
  let service: RunningFunctionsHost;
  beforeAll(async () => {
    service = await startService(keys);
  });
  afterAll(() => service.stop());

  const withKey = (key: string, path: string, method = 'GET', body?: unknown): Promise<Answer> =>
    send(`${service.url}${path}`, { method, body, headers: { 'x-functions-key': key } });

  it('refuses without a key every route but the health, the OpenAPI document and the report', async () => {
    for (const hosted of await routesOf(service)) {
      const { status } = await send(service.url + pathOf(hosted), { method: hosted.methods[0] ?? 'GET' });
      if (!anyone.includes(hosted.name)) expect.soft(status, hosted.name).toBe(401);
    }
    expect((await send(`${service.url}/api/health`)).status).toBe(200);
    expect((await send(`${service.url}/api/openapi.json`)).status).toBe(200);
    // The token in the link is the key: without one, a page says so.
    expect((await send(`${service.url}/api/report`)).body).toContain('<html');
  });

  it('requires the key of the host to register a tenant, and for that of the functions to use it', async () => {
    const path = `/api/tenants/keys-${Date.now()}`;
    expect((await withKey('of-the-functions', path, 'PUT', registration)).status).toBe(401);
    expect((await withKey('of-the-host', path, 'PUT', registration)).status).toBe(201);
    expect((await withKey('of-the-functions', `${path}/exports`, 'POST', { operations: [] })).status).toBe(200);
    expect((await send(`${service.url}${path}?code=of-the-functions`)).status).toBe(200);
  });

  it('requires the key of the host to dismiss a failure', async () => {
    const path = `/api/tenants/keys-${Date.now()}`;
    await withKey('of-the-host', path, 'PUT', registration);
    const dismiss = (key: string) => withKey(key, `${path}/failures?sourceAnchor=a`, 'DELETE');
    expect((await dismiss('of-the-functions')).status).toBe(401);
    expect((await dismiss('of-the-host')).status).toBe(404);
  });
});

describe('a test mail, where access is by function keys', () => {
  it('goes to recipients with a key of the functions, and to anybody else with that of the host', async () => {
    const service = await startService(keys);
    const path = `/api/tenants/mail-keys-${Date.now()}`;
    const post = (key: string, route: string, to: readonly string[]): Promise<Answer> =>
      send(`${service.url}${path}${route}`, {
        method: 'POST',
        body: { to, dryRun: true },
        headers: { 'x-functions-key': key },
      });
    const put = { method: 'PUT', body: { ...registration, recipients: ['ann@contoso.com'] } };
    await send(`${service.url}${path}`, { ...put, headers: { 'x-functions-key': 'of-the-host' } });
    expect((await post('of-the-functions', '/mail', ['ann@contoso.com'])).status).toBe(200);
    expect((await post('of-the-functions', '/mail', ['bob@contoso.com'])).status).toBe(403);
    expect((await post('of-the-functions', '/mail/anybody', ['bob@contoso.com'])).status).toBe(401);
    expect((await post('of-the-host', '/mail/anybody', ['bob@contoso.com'])).status).toBe(200);
    await service.stop();
  });
});

describe('access by tokens of Microsoft Entra', () => {
  let service: RunningFunctionsHost;
  let issuer: Issuer;
  const tenantId = `entra-${Date.now()}`;
  beforeAll(async () => {
    issuer = await startIssuer();
    // Keys are enforced too, and no caller sends one: where access is by tokens, the platform requires none.
    service = await startService({ ...keys, ...entraOf(issuer) });
    const { status } = await by(await issuer.sign(), `/api/tenants/${tenantId}`, 'PUT', registration);
    expect(status).toBe(201);
  });
  afterAll(async () => {
    await service.stop();
    await issuer.stop();
  });

  const entraOf = ({ url }: Issuer) => ({
    ENTRA_TENANT_ID: entraTenantId,
    API_AUDIENCE: audience,
    ENTRA_AUTHORITY_HOST: url,
  });
  const by = (token: string, path: string, method = 'GET', body?: unknown): Promise<Answer> =>
    send(`${service.url}${path}`, { method, body, headers: { Authorization: `Bearer ${token}` } });
  const asking = (token: string): Promise<Answer> => by(token, `/api/tenants/${tenantId}/objects`);

  function expectRefused({ status, headers, body }: Answer, said: string): void {
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ type: 'urn:duplicate-attribute-resiliency:TokenRefused', status: 401 });
    expect(body.detail).toContain(said);
  }

  it('lets in who has a good token with the role, and fetches the keys once', async () => {
    for (let time = 0; time < 3; time++) expect((await asking(await issuer.sign())).status).toBe(200);
    expect(issuer.asked()).toBe(1);
  });

  it.each<[string, Said, string]>([
    ['another audience', { aud: 'f3b4f2a0-0000-4000-8000-000000000000' }, 'its audience is not'],
    ['an end that has passed', { expiresInMs: -120_000 }, 'it has expired'],
    ['a beginning that is to come', { notBeforeInMs: 120_000 }, 'it is not valid yet'],
    ['another issuer', { iss: 'https://login.example.com/v2.0' }, 'its issuer is not'],
    ['the v1.0 issuer', { iss: `https://sts.windows.net/${entraTenantId}/` }, 'requestedAccessTokenVersion'],
    ['another Entra tenant', { tid: '9188040d-6c67-4c5b-b112-36a304b66dad' }, 'its "tid" is not'],
  ])('refuses a token with %s', async (_, said, why) => {
    expectRefused(await asking(await issuer.sign(said)), why);
  });

  it('refuses a token that another key has signed', async () => {
    expectRefused(await asking(await issuer.sign({}, 'anotherKeyOfThatName')), 'its signature is invalid');
    expectRefused(await asking(await issuer.sign({}, 'unknownKey')), 'it is not signed with a key of');
  });

  it('refuses a token without a signature, and one signed with the public key as a secret', async () => {
    expectRefused(await asking(issuer.signNot()), 'Cannot accept the access token');
    const secret = new TextEncoder().encode(issuer.publicKey);
    const claims = { iss: `${issuer.url}/${entraTenantId}/v2.0`, aud: audience, tid: entraTenantId };
    const forged = new SignJWT({ ...claims, roles: ['Errors.Read'] }).setProtectedHeader({
      alg: 'HS256',
      kid: 'first',
    });
    expectRefused(await asking(await forged.setExpirationTime('5m').sign(secret)), 'not signed with RS256');
  });

  it('refuses an invalid token, and a request without one', async () => {
    expectRefused(await asking('joe'), 'it is not a signed token');
    const { status, headers, body } = await send(`${service.url}/api/tenants/${tenantId}/objects`);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(body.type).toContain('TokenMissing');
  });

  it('trusts neither a function key nor the headers of Easy Auth', async () => {
    const principal = { auth_typ: 'aad', claims: [{ typ: 'roles', val: 'Errors.Read' }], role_typ: 'roles' };
    const headers = {
      'x-functions-key': 'of-the-host',
      'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64'),
      'x-ms-client-principal-id': 'admin',
      'x-ms-client-principal-name': 'admin@contoso.com',
      'x-ms-token-aad-access-token': await issuer.sign(),
    };
    expect((await send(`${service.url}/api/tenants/${tenantId}/objects`, { headers })).status).toBe(401);
  });

  it('asks on every route for its roles, and for no one on those for anyone', async () => {
    const token = await issuer.sign({ roles: [] });
    const hosted = await routesOf(service);
    expect(hosted.length).toBeGreaterThan(15);
    for (const route of hosted) {
      const { status } = await by(token, pathOf(route), route.methods[0]);
      expect.soft(status === 403, `${route.name}: ${status}`).toBe(!anyone.includes(route.name));
    }
  });

  it('opens each route to the roles that are described with it, and to no other', async () => {
    const document = (await send(`${service.url}/api/openapi.json`)).body as Description;
    const roles = ['Exports.Write', 'Errors.Read', 'Tenants.Manage'];
    const sets = roles.reduce<readonly (readonly string[])[]>(
      (some, role) => [...some, ...some.map((set) => [...set, role])],
      [[]],
    );
    const callers = await Promise.all(sets.map(async (held) => ({ held, token: await issuer.sign({ roles: held }) })));
    for (const { path, method, operation } of operationsOf(document)) {
      const opening = operation.security.flatMap((way) => {
        const { accessToken } = way as { accessToken?: string[] };
        return accessToken ? [accessToken] : [];
      });
      if (opening.length === 0) continue;
      const url = `/api${path.replace(/\{\w+\}/g, 'nobody')}`;
      for (const { held, token } of callers) {
        const { status } = await by(token, url, method.toUpperCase(), undefined);
        const isOpen = opening.some((needed) => needed.every((role) => held.includes(role)));
        expect.soft(status === 403, `${held.join(' and ')}: ${method} ${path}: ${status}`).toBe(!isOpen);
      }
    }
  });

  it('lets each role do what it is for, and nothing else', async () => {
    const path = `/api/tenants/${tenantId}`;
    const requests: readonly (readonly [string, string, unknown])[] = [
      ['POST', `${path}/exports`, { operations: [] }],
      ['GET', `${path}/provisioningErrors`, undefined],
      ['PUT', path, registration],
      ['DELETE', `${path}/failures?sourceAnchor=a`, undefined],
    ];
    for (const [index, role] of ['Exports.Write', 'Errors.Read', 'Tenants.Manage', 'Conflicts.Fix'].entries()) {
      const token = await issuer.sign({ roles: [role] });
      for (const [at, [method, url, body]] of requests.entries()) {
        const { status, headers, body: said } = await by(token, url, method, body);
        // There is no failure to dismiss.
        const allowed = method === 'DELETE' ? 404 : 200;
        expect.soft(status, `${role}: ${method} ${url}`).toBe(at === index ? allowed : 403);
        if (at === index) continue;
        expect.soft(headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"');
        expect.soft(said.type).toContain('RoleMissing');
      }
    }
  });

  it('sends a test mail, which has a link to the report, for who may both export and read only', async () => {
    const path = `/api/tenants/${tenantId}/mail`;
    const put = { ...registration, recipients: ['ann@contoso.com'] };
    expect(
      (await by(await issuer.sign({ roles: ['Tenants.Manage'] }), `/api/tenants/${tenantId}`, 'PUT', put)).status,
    ).toBe(200);
    const as = async (roles: readonly string[], to: string, route = ''): Promise<Answer> =>
      by(await issuer.sign({ roles: [...roles] }), path + route, 'POST', { dryRun: true, to: [to] });
    const [write, read, manage] = ['Exports.Write', 'Errors.Read', 'Tenants.Manage'];
    for (const roles of [[write], [read], [manage], [write, manage], [`${write}/another`, read]] as const) {
      const { status, body } = await as(roles, 'ann@contoso.com');
      expect.soft([status, body.type], roles.join()).toEqual([403, 'urn:duplicate-attribute-resiliency:RoleMissing']);
    }
    expect((await as([write], 'ann@contoso.com')).body.detail).toContain(
      `the token lacks the app roles "Errors.Read" or "Errors.Read/${tenantId}". Assign them`,
    );
    expect((await as([`${write}/${tenantId}`, read], 'ann@contoso.com')).status).toBe(200);
    expect((await as([write, read], 'bob@contoso.com')).body.type).toContain('RecipientNotAllowed');
    expect((await as([write, read, `${manage}/another`], 'bob@contoso.com')).status).toBe(403);
    expect((await as([write, read, manage], 'bob@contoso.com')).status).toBe(200);
    expect((await as([write, read, manage], 'bob@contoso.com', '/anybody')).status).toBe(200);
    expect((await as([write, read], 'bob@contoso.com', '/anybody')).status).toBe(403);
    await by(await issuer.sign({ roles: [manage] }), `/api/tenants/${tenantId}`, 'PUT', registration);
  });

  it('keeps a role for one tenant from the others, and from what is about all', async () => {
    const token = await issuer.sign({ roles: [`Errors.Read/${tenantId}`, `Tenants.Manage/${tenantId}-new`] });
    expect((await asking(token)).status).toBe(200);
    expect((await by(token, `/api/tenants/${tenantId}-new`, 'PUT', registration)).status).toBe(201);
    expect((await by(token, `/api/tenants/${tenantId}-new/objects`)).status).toBe(403);
    expect((await by(token, `/api/tenants/${tenantId}`, 'PUT', registration)).status).toBe(403);
    // Whether a tenant exists is not told either.
    expect((await by(token, '/api/tenants/no-such/objects')).status).toBe(403);
    expect((await by(token, '/api/tenants')).status).toBe(403);
  });

  it.each([['Errors.Read/'], ['errors.read'], ['Errors.Read/*'], [['Errors.Read']], [{ 'Errors.Read': true }]])(
    'takes %j for no role',
    async (role) => {
      expect((await asking(await issuer.sign({ roles: [role] }))).status).toBe(403);
    },
  );

  it('answers in the shape of Graph if the route is of that shape', async () => {
    const path = `/api/v1.0/${tenantId}/users`;
    const missing = await send(service.url + path);
    expect([missing.status, missing.body.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
    const { status, body } = await by(await issuer.sign({ roles: [] }), path);
    expect([status, body.error.code]).toEqual([403, 'Authorization_RequestDenied']);
  });

  it('goes on without the issuer while it has its keys, and is 503 before', async () => {
    const gone = await startIssuer();
    const headers = { Authorization: `Bearer ${await gone.sign()}` };
    const ask = (url: string): Promise<Answer> => send(`${url}/api/tenants/${tenantId}/objects`, { headers });
    const early = await startService(entraOf(gone));
    try {
      expect((await ask(early.url)).status).toBe(200);
      await gone.stop();
      expect((await ask(early.url)).status).toBe(200);
    } finally {
      await early.stop();
    }
    const late = await startService(entraOf(gone));
    try {
      const { status, headers: answered, body } = await ask(late.url);
      expect(status).toBe(503);
      expect(answered.get('retry-after')).not.toBeNull();
      expect(body.type).toContain('IssuerUnavailable');
      expect((await send(`${late.url}/api/health`)).status).toBe(200);
    } finally {
      await late.stop();
    }
  });

  it('does not fetch the keys again at every token with a key that is not known', async () => {
    const before = issuer.asked();
    for (let time = 0; time < 5; time++) await asking(await issuer.sign({}, 'unknownKey'));
    expect(issuer.asked()).toBe(before);
  });
});
