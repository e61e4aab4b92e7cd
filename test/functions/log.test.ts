import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { type RunningFunctionsHost, startFunctionsHost } from '../../local/functions-host.ts';
import { type RunningMailbox, startMailbox } from '../../local/mailbox.ts';
import { eventually, transcript } from '../local/processes.ts';
import { group, remove, user } from '../shared/directory/fixtures.ts';
import { faultsOf, mailTimeNow } from '../support/mail.ts';
import { registerTenant, send } from '../support/service.ts';

let azurite: RunningAzurite;
let mailbox: RunningMailbox;
let service: RunningFunctionsHost;
let log: ReturnType<typeof transcript>;

// Timers serve all tenants that there are, so these have a storage of their own.
beforeAll(async () => {
  azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  mailbox = await startMailbox({ port: 0 });
  service = await startFunctionsHost({
    port: 0,
    output: 'pipe',
    environment: {
      AzureWebJobsStorage: azurite.connectionString,
      COMMUNICATION_SERVICES_CONNECTION_STRING: mailbox.connectionString,
    },
  });
  log = transcript(service.child);
});
afterAll(async () => {
  await service.stop();
  await mailbox.stop();
  await azurite.stop();
});

const runTimer = (name: string) =>
  send(`${service.url}/admin/functions/${name}?wait=true`, { method: 'POST', body: {} });

/** The entries of one event, as a query reads them: the text after its name, as JSON. */
const entriesOf = (name: string): readonly Record<string, unknown>[] =>
  log
    .text()
    .split('\n')
    .filter((line) => line.includes(`: ${name} {`))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>);

/** All that was logged at the level of information: the host writes nothing of the level to such lines. */
const information = (): readonly string[] =>
  log
    .text()
    .split('\n')
    .filter((line) => line.startsWith('[') && !/^\[[^\]]*\] (warning|error|critical): /.test(line));

describe('the log', () => {
  it('counts the work for a tenant, and names no address at the level of information', async () => {
    const tenant = await registerTenant(service, { recipients: ['ann@contoso.com'], ...mailTimeNow() });
    const { tenantId: id } = tenant;
    const alias = 'smtp:joe@contoso.com';
    const first = await tenant.export([
      user('joe', { userPrincipalName: 'joe@contoso.com', exchangeLicensed: true, mail: 'joe@contoso.com' }),
      user('twin', { userPrincipalName: 'joe@contoso.com', proxyAddresses: [alias] }),
      group('x', 'X500:/o=joe@contoso.com'),
      group('y', 'X500:/o=joe@contoso.com'),
      group('joe@contoso.com', alias),
      { operation: 'add', sourceAnchor: 'z', userPrincipalName: 'no address@@' },
    ]);
    expect(first.status).toBe(200);
    await tenant.get('/provisioningErrors?searchString=joe@contoso.com');
    await tenant.get('/provisioningErrors?propertyName=ProxyAddresses&propertyValue=smtp:joe@contoso.com&format=csv');
    await tenant.get('/objects?nobody=joe@contoso.com');
    await tenant.object('joe@contoso.com');
    await send(`${service.url}/api/tenants/joe@contoso.com/objects`);
    await tenant.put({ initialDomain: 'joe@contoso.com', recipients: ['joe@contoso.com'] });
    await send(`${tenant.url}/mail/anybody`, { method: 'POST', body: { to: ['bob@contoso.com'] } });
    // The mail service names the recipient that it refuses.
    await faultsOf(mailbox, { next: [{ kind: 'refuseRecipient', address: 'ann@contoso.com' }] });
    await runTimer('sendMondayMail');
    await tenant.export([remove('joe')]);
    await runTimer('sweepQuarantine');
    await runTimer('sweepQuarantine');
    await send(`${tenant.url}/sweep`, { method: 'POST' });
    const { url, linkId } = (await send(`${tenant.url}/reportLink`, { method: 'POST' })).body as Record<string, string>;
    const { pathname, search, searchParams } = new URL(url as string);
    await send(service.url + pathname + search);
    await send(`${tenant.url}/reportLinks/${linkId}`, { method: 'DELETE' });
    await send(service.url + pathname + search);
    await send(`${service.url}/api/report?token=nonsense`);
    await send(`${tenant.url}/reportLinks`, { method: 'DELETE' });
    await tenant.put({
      initialDomain: 'contoso.onmicrosoft.com',
      recipients: ['ann@contoso.com'],
      accidentalDeletionThreshold: 0,
    });
    expect((await tenant.export([remove('twin')])).status).toBe(409);
    await send(`${tenant.url}?confirm=${id}`, { method: 'DELETE' });
    await eventually('the deletion is in the log', () => entriesOf('Tenant deleted').length > 0);

    const [exported] = entriesOf('Export processed');
    const { exportId, summary } = first.body;
    expect(exported).toMatchObject({ tenant: id, exportId, ...summary });
    expect(exported).toMatchObject({
      durationMs: expect.any(Number),
      requests: expect.any(Number),
      transactions: expect.any(Number),
    });
    const ofTenant = (name: string) => entriesOf(name).filter(({ tenant: of }) => of === id);
    expect(ofTenant('Tenant swept').map(({ released }) => released)).toEqual([2, 0, 0]);
    // In the first run of the day, and when a sweep is requested; not in the second run.
    expect(ofTenant('Errors counted')).toHaveLength(2);
    expect(entriesOf('Sweep ended')).toMatchObject([
      { tenants: 1, failed: 0, released: 2 },
      { tenants: 1, failed: 0, released: 0 },
    ]);
    expect(ofTenant('Test mail')).toMatchObject([{ recipients: 1, requests: 1 }]);
    expect(ofTenant('Monday mail')).toMatchObject([{ outcome: 'refused', code: expect.any(String) }]);
    expect(ofTenant('Tenant written').map(({ outcome }) => outcome)).toEqual(['created', 'updated']);
    expect(ofTenant('Request refused')).toContainEqual({
      function: 'processExport',
      tenant: id,
      status: 409,
      code: 'TooManyDeletes',
      by: 'unidentified',
    });
    expect(ofTenant('Request answered')).toContainEqual({
      function: 'provisioningErrors',
      tenant: id,
      status: 200,
      by: 'unidentified',
    });
    expect(ofTenant('Report link made')).toEqual([{ tenant: id, linkId, by: 'unidentified' }]);
    expect(ofTenant('Report opened')).toEqual([{ tenant: id, linkId, view: 'list' }]);
    expect(entriesOf('Report refused')).toEqual([
      { tenant: id, linkId, reason: 'voided' },
      { tenant: null, linkId: null, reason: 'invalid' },
    ]);
    const [one, all] = ofTenant('Report links voided');
    expect(one).toEqual({ tenant: id, linkId, voided: 1, by: 'unidentified' });
    // Of the Monday mail that was refused, and of the test mail.
    expect(all).toMatchObject({ linkId: null, voided: 2 });
    const ofMails = [...ofTenant('Monday mail'), ...ofTenant('Test mail')].map((mail) => mail.linkId);
    expect(ofMails).toEqual([expect.any(String), expect.any(String)]);
    const [, , signature = ''] = (searchParams.get('token') ?? '').split('.');
    expect(log.text()).not.toContain(signature);

    expect(information().length).toBeGreaterThan(25);
    expect(information().filter((line) => /@|contoso/.test(line))).toEqual([]);
  });
});

describe('host.json', () => {
  it('has Application Insights keep every failure and every line of the log', () => {
    const { logging } = JSON.parse(readFileSync(join(import.meta.dirname, '../../host.json'), 'utf8')) as {
      logging: {
        logLevel: Record<string, string>;
        applicationInsights: { samplingSettings: { excludedTypes: string } };
      };
    };
    const kept = logging.applicationInsights.samplingSettings.excludedTypes.split(';');
    // What a function logs with `context.error` is a trace, not an exception.
    expect(kept).toEqual(expect.arrayContaining(['Exception', 'Request', 'Trace']));
    expect(logging.logLevel).toMatchObject({ Function: 'Information', 'Host.Results': 'Information' });
  });
});
