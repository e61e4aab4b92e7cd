import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { type RunningMailbox, startMailbox } from '../../local/mailbox.ts';
import { openApiDocument } from '../../shared/http/openapi/open-api-document.ts';
import { formulasIn, readers } from '../support/csv-readers.ts';
import { type DescribedOperation, type Description, operationsOf, wrongWith } from '../support/description.ts';
import { type PlainAnswer, type PlainRequest, sendPlain } from '../support/hostile/request.ts';
import { type Attack, requestsTo } from '../support/hostile/requests.ts';
import { forgedToken, type Loot } from '../support/hostile/tokens.ts';
import { send, startService } from '../support/service.ts';
import { seed, soakMs } from '../support/soak.ts';
import { partitionOf, newTenant, servicesHere } from '../support/storage.ts';
import { readAll } from '../support/audit.ts';

/**
 * Every route that is described, with requests of every kind: what must hold of each answer is the same for all.
 *
 * An answer is one that is described, of the described shape, within a bound of time; it is no 5xx; it says nothing of
 * another tenant and nothing of the inside of the service; a link to the report shows nothing of an object that is in no
 * conflict and has not failed; and the service works on. A long run (`npm run
 * test:soak`) sends each route 300 requests, `SEED` repeats a run.
 */
const requestsEach = soakMs === undefined ? 20 : 300;
const boundMs = 30_000;
const mostMegabytes = 600;

/** What is in every value of the other tenant, and in no request. */
const secret = 'zq7victim';

/**
 * What the attacked tenant has of an object that is in no conflict and has not failed, beside what requests name: its
 * anchor, its name and its address.
 */
const quiet = 'zq8quiet';
const bystander = {
  operation: 'add',
  sourceAnchor: 'bystander',
  objectType: 'User',
  displayName: quiet,
  userPrincipalName: 'bystander@contoso.com',
  proxyAddresses: ['SMTP:bystander@contoso.com', `smtp:${quiet}@contoso.com`],
  attributes: { department: quiet },
};

/** What only the inside of the service says. */
const inside =
  /\n\s+at |file:\/\/|node_modules|dist\/main|\.ts:\d|\.js:\d|TypeError|RangeError|ReferenceError|RestError|odata\.error|devstoreaccount1|AccountKey|127\.0\.0\.1:/;

const document = openApiDocument() as unknown as Description;
const operations = operationsOf(document);

let azurite: RunningAzurite;
let mailbox: RunningMailbox;
let service: RunningFunctionsHost;
let loot: Loot | undefined;
/** The ids of links: those of the tenant that is attacked from, and one of the other. */
let linkIds: readonly string[] = [];
let victimBefore: unknown;
let witness: unknown;
const seen = new Map<string, Map<number, number>>();

const attacker = 'attacker';
const registration = { initialDomain: 'attacker.onmicrosoft.com', recipients: ['admin@contoso.com'] };
const register = (tenantId: string, body: object = registration) =>
  send(`${service.url}/api/tenants/${tenantId}`, { method: 'PUT', body });
const exportTo = (tenantId: string, all: readonly object[]) =>
  send(`${service.url}/api/tenants/${tenantId}/exports`, { method: 'POST', body: { operations: all } });

/** Objects that are in conflict with one another, and one fails, with a word in each of their values. */
function people(word: string): readonly (readonly object[])[] {
  const user = (anchor: string, rest: object = {}) => ({
    operation: 'add',
    sourceAnchor: `${word}${anchor}`,
    objectType: 'User',
    displayName: `${word} ${anchor}`,
    userPrincipalName: `${word}@contoso.com`,
    proxyAddresses: [`SMTP:${word}@contoso.com`, `X500:/o=${word}${anchor}`],
    attributes: { department: word },
    ...rest,
  });
  return [
    [user('1'), user('2'), user('3')],
    [user('4', { mail: word }), user('5', { mail: word }), user('6')],
  ];
}

/** Registers a tenant, and gives it people if it has lost them. */
async function settle(tenantId: string, word: string): Promise<void> {
  await register(tenantId);
  for (const all of people(word)) await exportTo(tenantId, all);
  if (tenantId === attacker) await exportTo(tenantId, [bystander]);
}

async function portraitOf(tenantId: string): Promise<unknown> {
  const services = servicesHere(azurite.connectionString);
  return Object.fromEntries(await readAll(await partitionOf(services, newTenant({ tenantId }))));
}

async function take(tenantId: string): Promise<{ pages: string[]; link: string; linkId: string }> {
  const base = `${service.url}/api/tenants/${tenantId}`;
  const lists = [
    ...['objects', 'history', 'failures', 'provisioningErrors'].map((list) => `${base}/${list}?pageSize=1`),
  ];
  const pages: string[] = [];
  for (const url of [...lists, `${service.url}/api/v1.0/${tenantId}/users?$top=1`]) {
    const { body } = await send(url);
    const next = new URL((body.nextLink ?? body['@odata.nextLink']) as string);
    pages.push(next.searchParams.get('skipToken') ?? next.searchParams.get('$skiptoken') ?? '');
  }
  const { body } = await send(`${base}/reportLink`, { method: 'POST' });
  return {
    pages,
    link: new URL(body.url as string).searchParams.get('token') ?? '',
    linkId: body.linkId as string,
  };
}

/** Makes links of the tenant that is attacked from: each can be voided once. */
async function makeLinks(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let made = 0; made < count; made++) {
    const { body } = await send(`${service.url}/api/tenants/${attacker}/reportLink`, { method: 'POST' });
    ids.push(body.linkId as string);
  }
  return ids;
}

async function steal(): Promise<void> {
  const [own, foreign] = [await take(attacker), await take('victim')];
  loot = {
    known: [own.link, ...own.pages, ...foreign.pages],
    foreignLinks: [foreign.link, ...(loot?.foreignLinks ?? [])],
  };
  linkIds = [...(await makeLinks(6)), foreign.linkId];
}

beforeAll(async () => {
  process.stdout.write(`fuzz: SEED=${seed}, ${requestsEach} requests to each route\n`);
  azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
  mailbox = await startMailbox({ port: 0 });
  service = await startService({
    AzureWebJobsStorage: azurite.connectionString,
    COMMUNICATION_SERVICES_CONNECTION_STRING: mailbox.connectionString,
  });
  for (const [tenantId, word] of [
    [attacker, 'attacker'],
    ['victim', secret],
    ['witness', 'witness'],
  ] as const) {
    await settle(tenantId, word);
  }
  await steal();
  victimBefore = await portraitOf('victim');
  witness = await watch();
}, 120_000);

afterAll(async () => {
  await service.stop();
  await azurite.stop();
  await mailbox.stop();
});

async function watch(): Promise<unknown> {
  const { status, body } = await send(`${service.url}/api/tenants/witness/objects/witness2`);
  return { status, body };
}

function attackWith(): Attack {
  const vocabulary = {
    operation: ['add', 'update', 'delete'],
    sourceAnchor: ['attacker1', 'attacker2', 'attacker4', 'new', 'a/b+c=='],
    displayName: ['attacker 1', 'Somebody'],
    userPrincipalName: ['attacker@contoso.com', 'one@contoso.com', 'two@contoso.com'],
    mail: ['attacker@contoso.com', 'one@contoso.com'],
    proxyAddresses: [
      'SMTP:attacker@contoso.com',
      'smtp:one@contoso.com',
      'smtp:two@contoso.com',
      'X500:/o=attacker1',
      'sip:a',
    ],
    initialDomain: ['attacker.onmicrosoft.com'],
    recipients: ['admin@contoso.com'],
    to: ['admin@contoso.com'],
    mailTimeZone: ['UTC', 'Europe/Berlin'],
  };
  if (!loot) throw new Error('There is nothing to forge tokens from');
  const token = forgedToken(loot);
  const ownLink = fc.constant(loot.known[0] ?? '');
  return {
    vocabulary,
    together: [['conflictProperty', 'conflictValue', 'sourceAnchor']],
    usual: {
      tenantId: fc.constantFrom(attacker),
      sourceAnchor: fc.constantFrom(...vocabulary.sourceAnchor, bystander.sourceAnchor),
      confirm: fc.constantFrom(attacker),
      linkId: fc.constantFrom(...linkIds),
      name: fc.constantFrom('DuplicateUPNResiliency', 'duplicateproxyaddressresiliency'),
      collection: fc.constantFrom('users', 'groups', 'contacts'),
      propertyValue: fc.constantFrom(...vocabulary.userPrincipalName, ...vocabulary.proxyAddresses),
      conflictValue: fc.oneof(
        fc.constantFrom(...vocabulary.userPrincipalName, ...vocabulary.proxyAddresses),
        // No other test desires these: no export of a test names them.
        fc.constantFrom(bystander.userPrincipalName, ...bystander.proxyAddresses.slice(0, 1)),
      ),
      searchString: fc.constantFrom('attacker', 'o', ' '),
      search: fc.constantFrom('attacker', 'o', ' ', 'bystander'),
      $filter: fc.constantFrom("onPremisesProvisioningErrors/any(o:o/category eq 'PropertyConflict')"),
      $select: fc.constantFrom('id', 'id,displayName', 'proxyAddresses'),
      // Whole, it is the way in: what is behind it wants to be reached as well.
      token: fc.oneof({ weight: 4, arbitrary: ownLink }, { weight: 1, arbitrary: token }),
      skipToken: token,
      $skiptoken: token,
      after: token,
    },
  };
}

/** Finds the route that a request leads to: an empty or a dotted part of a path can lead to another than was meant. */
function routeOf({ method, path }: PlainRequest): DescribedOperation | undefined {
  const parts = URL.parse(path, service.url)?.pathname.replace(/\/$/, '').split('/').slice(2) ?? [];
  return operations.find((candidate) => {
    const template = candidate.path.split('/').slice(1);
    const takesTheRest = template.at(-1) === '{sourceAnchor}';
    const fits = template.every((part, at) =>
      part.startsWith('{') ? parts[at] : part.toLowerCase() === parts[at]?.toLowerCase(),
    );
    return candidate.method.toUpperCase() === method && fits && (takesTheRest || parts.length === template.length);
  });
}

/** Returns the faults of an answer. The host itself answers what leads to no route, and says nothing then. */
function complaintsAbout(request: PlainRequest, { status, headers, text }: PlainAnswer): readonly string[] {
  const all = [...headers].flat().join('\n') + text;
  const complaints: string[] = [];
  if (all.toLowerCase().includes(secret)) complaints.push('it says something of another tenant');
  const leak = inside.exec(all.replaceAll(new URL(service.url).host, 'HOST'));
  if (leak) complaints.push(`it shows the inside: "${leak[0]}"`);
  if (request.path.startsWith('/api/report?') && all.includes(quiet)) {
    complaints.push('a link shows an object that is in no conflict and has not failed');
  }
  if (status >= 500) complaints.push(`it is a ${status}`);
  if (/\p{Bidi_Control}/u.test(text)) complaints.push('it has a bidirectional control that a reader would obey');
  if (headers.get('content-type')?.startsWith('text/csv')) {
    const formula = readers.flatMap((reader) => formulasIn(text, reader))[0];
    if (formula !== undefined) complaints.push(`it has a formula: "${formula}"`);
  }
  // The host answers only to the names of this machine.
  if (status === 421) return complaints;
  if (text === '' && [400, 404, 413, 431].includes(status) && !headers.has('content-type')) return complaints;
  const body: unknown = headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  const operation = routeOf(request)?.operation;
  const wrong = operation ? wrongWith(document, operation, { status, headers, body }) : 'there is no such route';
  return wrong ? [...complaints, wrong] : complaints;
}

function note({ operationId }: DescribedOperation['operation'], { status }: PlainAnswer): void {
  const counts = seen.get(operationId) ?? new Map<number, number>();
  seen.set(operationId, counts.set(status, (counts.get(status) ?? 0) + 1));
}

const printable = ({ body, ...rest }: PlainRequest) =>
  JSON.stringify({ ...rest, body: body && Buffer.from(body).toString() });

const megabytes = (): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(service.child.pid)], { encoding: 'utf8' })) / 1024;

describe('a request of any kind', () => {
  it.each(operations.map((described) => [`${described.method.toUpperCase()} ${described.path}`, described] as const))(
    'to %s is answered by its description, with nothing of another tenant, and the service works on',
    async (_, described) => {
      await fc.assert(
        fc.asyncProperty(requestsTo(described, attackWith()), async (request) => {
          const answer = await sendPlain(service.url, request, boundMs);
          note(described.operation, answer);
          expect(complaintsAbout(request, answer), printable(request)).toEqual([]);
        }),
        { numRuns: requestsEach, seed, unbiased: true },
      );
      expect(await watch()).toEqual(witness);
      await settle(attacker, 'attacker');
      // Tokens signed for a tenant are worth nothing once that is deleted.
      if (described.method === 'delete') await steal();
    },
    3_600_000,
  );

  it('has reached every route, and was answered in full by each', () => {
    const silent = operations.filter(({ operation: { operationId, responses } }) => {
      const answered = [...(seen.get(operationId)?.keys() ?? [])];
      return !answered.some((status) => status < 300 && String(status) in responses);
    });
    const told = silent.map(({ operation: { operationId } }) => ({
      operationId,
      answers: [...(seen.get(operationId) ?? [])],
    }));
    expect(told).toEqual([]);
  });

  it('leaves every row of the other tenant as it was', async () => {
    expect(await portraitOf('victim')).toEqual(victimBefore);
  });

  it('leaves every link of the other tenant open', async () => {
    for (const link of loot?.foreignLinks ?? []) {
      expect((await send(`${service.url}/api/report?token=${link}`)).status).toBe(200);
    }
  });

  it('leaves no more behind in memory than a service needs', () => {
    expect(megabytes()).toBeLessThan(mostMegabytes);
  });
});
