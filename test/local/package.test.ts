import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { type RunningFunctionsHost, startFunctionsHost } from '../../local/functions-host.ts';
import { type RunningMailbox, startMailbox } from '../../local/mailbox.ts';
import { type Packaged, packageApp } from '../../local/package.ts';
import { projectRoot } from '../../local/project-root.ts';
import { group } from '../shared/directory/fixtures.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { type IdentityEndpoint, startIdentityEndpoint } from '../support/identity-endpoint.ts';
import { type MailByToken, startMailByToken } from '../support/mail-by-token.ts';
import { messagesOf } from '../support/mail.ts';
import { registerTenant, send } from '../support/service.ts';
import { settings } from '../support/storage.ts';

// Starting processes takes time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Component = {
  readonly 'bom-ref': string;
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly unknown[];
  readonly licenses: readonly unknown[];
};
type Bom = {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};

let output: string;
let packaged: Packaged;
/** The folder with the content of the zip, and nothing else. */
let unpacked: string;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'packaged-'));
  packaged = await packageApp(join(output, 'out'));
  unpacked = join(output, 'unpacked');
  for (const [path, bytes] of Object.entries(unzipSync(await readFile(packaged.zip)))) {
    await mkdir(dirname(join(unpacked, path)), { recursive: true });
    await writeFile(join(unpacked, path), bytes);
  }
});
afterAll(() => rm(output, { recursive: true, force: true }));

/** Runs the unpacked app with only these settings: it has no settings file. */
function start(environment: Readonly<Record<string, string>>): Promise<RunningFunctionsHost> {
  return startFunctionsHost({ port: 0, quiet: true, appRoot: unpacked, environment: { ...settings, ...environment } });
}

/** Returns the texts of the files that a new process loads with `dist/main.js`, before any function is called. */
async function loadedAtStart(): Promise<string> {
  const script = `
    import { createRequire } from 'node:module';
    const { installCoreApi } = await import(${JSON.stringify(join(projectRoot, 'local', 'host', 'install-core-api.ts'))});
    const { createRegistry } = await import(${JSON.stringify(join(projectRoot, 'local', 'host', 'registry.ts'))});
    installCoreApi(createRegistry(), () => undefined);
    const require = createRequire(import.meta.url);
    require(${JSON.stringify(join(unpacked, 'dist', 'main.js'))});
    console.log(JSON.stringify(Object.keys(require.cache)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  const files = JSON.parse(stdout) as readonly string[];
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

describe('npm run package', () => {
  it('packs the bundle, host.json, package.json, the licences, the bill of materials, and nothing else', async () => {
    const files = await readdir(unpacked, { recursive: true });
    const part = /^dist\/parts\/[\w-]+-[0-9A-Z]{8}\.js$/;
    expect(files.filter((file) => !part.test(file)).sort()).toEqual([
      'THIRD-PARTY-LICENCES.txt',
      'dist',
      'dist/main.js',
      'dist/parts',
      'host.json',
      'package.json',
      'sbom.cdx.json',
    ]);
    expect(JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'))).toEqual({
      name: 'duplicate-attribute-resiliency',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      private: true,
      type: 'commonjs',
      main: 'dist/main.js',
    });
  });

  it('writes the same bytes in another process, time zone and folder', async () => {
    const script = `
      const { packageApp } = await import(${JSON.stringify(join(projectRoot, 'local', 'package.ts'))});
      console.log((await packageApp(${JSON.stringify(join(output, 'again', 'out'))})).sha256);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: tmpdir(),
      env: { ...process.env, TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8' },
    });
    expect(stdout.trim()).toBe(packaged.sha256);
  });

  it('has no path of the machine that packed it', async () => {
    for (const file of await readdir(join(unpacked, 'dist'), { recursive: true })) {
      if (!file.endsWith('.js')) continue;
      expect(await readFile(join(unpacked, 'dist', file), 'utf8')).not.toContain(projectRoot);
    }
  });

  it('has the licence of each package in the bundle', async () => {
    const text = await readFile(join(unpacked, 'THIRD-PARTY-LICENCES.txt'), 'utf8');
    for (const name of ['@azure/data-tables', '@azure/functions', '@azure/msal-node', 'jose', 'preact', 'zod']) {
      expect(text).toMatch(
        new RegExp(`^${name} \\d[^\\n]*\\(MIT\\)\\n(?:.*\\n){1,9}\\s*Permission is hereby granted`, 'm'),
      );
    }
    expect(text).not.toContain('azurite');
  });

  it('lists exactly the packages of the bundle in the bill of materials, with the data of npm', async () => {
    const text = await readFile(packaged.sbom, 'utf8');
    expect(await readFile(join(unpacked, 'sbom.cdx.json'), 'utf8')).toBe(text);
    const { components, dependencies, ...head } = JSON.parse(text) as Bom;
    expect(head).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1 });
    expect(head.metadata.component).toMatchObject({ name: 'duplicate-attribute-resiliency', type: 'application' });
    const licences = await readFile(join(unpacked, 'THIRD-PARTY-LICENCES.txt'), 'utf8');
    const named = [...licences.matchAll(/^-{80}\n\n(\S+) (\S+) \(/gm)].map(([, name, version]) => `${name} ${version}`);
    expect(components.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(named.sort());

    const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
    const { stdout } = await promisify(execFile)('npm', args, { cwd: projectRoot, maxBuffer: 64 * 1024 * 1024 });
    const ofNpm = JSON.parse(stdout) as Bom;
    const purls = new Map(ofNpm.components.map((one) => [one.purl, one]));
    for (const { purl, name, version, hashes, licenses } of components) {
      expect(purls.get(purl)).toMatchObject({ name, version, hashes, licenses });
    }
    // The references of npm are not purls.
    const purlOfRef = new Map(ofNpm.components.map((one) => [one['bom-ref'], one.purl]));
    const bundled = new Set(components.map(({ purl }) => purl));
    const expected = ofNpm.dependencies.flatMap(({ ref, dependsOn }): [string, string[]][] => {
      const purl = purlOfRef.get(ref) ?? head.metadata.component.purl;
      const needed = dependsOn.map((one) => purlOfRef.get(one) ?? '').filter((one) => bundled.has(one));
      return bundled.has(purl) || !purlOfRef.has(ref) ? [[purl, needed.sort()]] : [];
    });
    expect(Object.fromEntries(dependencies.map(({ ref, dependsOn }) => [ref, [...dependsOn].sort()]))).toEqual(
      Object.fromEntries(expected),
    );
    // Nothing that differs between runs or machines, because the bytes of the zip would differ as well.
    expect(text).not.toMatch(/serialNumber|timestamp|https?:/);
  });

  it.each([
    ['identities', 'ManagedIdentityApplication'],
    ['mails', 'EmailClient=class'],
    ['pages', '<!doctype html>'],
    ['tokens', 'JWSSignatureVerificationFailed'],
  ])('does not load the library for %s at the start', async (_, name) => {
    const loaded = await loadedAtStart();
    expect(loaded).toContain('TableClient');
    expect(loaded).not.toContain(name);
  });
});

describe('the packaged app', () => {
  it('runs from the zip alone', async () => {
    const service = await start({ AzureWebJobsStorage: inject('connectionString') });
    try {
      const tenant = await registerTenant(service);
      const { body } = await tenant.export([group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
      expect(body.summary).toMatchObject({ created: 2, quarantined: 1 });
      expect((await send(`${service.url}/api/health`)).body).toMatchObject({ status: 'healthy' });
      const { body: link } = await send(`${tenant.url}/reportLink`, { method: 'POST' });
      const token = new URL(link.url as string).search;
      expect((await send(`${service.url}/api/report${token}`)).body).toContain('x@contoso.com');
    } finally {
      await service.stop();
    }
  });
});

describe('the packaged app with a managed identity', () => {
  const clientId = 'f997392c-e15a-4ad8-af9e-cd6966caba7f';
  let certificate: Certificate;
  let azurite: RunningAzurite;
  let mailbox: RunningMailbox;
  let mail: MailByToken;
  let identity: IdentityEndpoint;

  beforeAll(async () => {
    certificate = await makeCertificate();
    azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true, tls: certificate });
    mailbox = await startMailbox({ port: 0 });
    mail = await startMailByToken(mailbox, certificate);
  });
  afterAll(async () => {
    await mail.stop();
    await mailbox.stop();
    await azurite.stop();
    await certificate.remove();
  });

  async function startWithIdentity(): Promise<RunningFunctionsHost> {
    identity = await startIdentityEndpoint();
    return start({
      ...identity.environment,
      NODE_EXTRA_CA_CERTS: certificate.certificateFile,
      AzureWebJobsStorage: '',
      AzureWebJobsStorage__tableServiceUri: azurite.tableUrl,
      AzureWebJobsStorage__clientId: clientId,
      COMMUNICATION_SERVICES_CONNECTION_STRING: '',
      COMMUNICATION_SERVICES_ENDPOINT: mail.endpoint,
      COMMUNICATION_SERVICES_CLIENT_ID: clientId,
    });
  }

  it('uses the storage and the mail service with tokens, and requests each token once, by its client id', async () => {
    const service = await startWithIdentity();
    try {
      expect(identity.asked).toEqual([]);
      const tenant = await registerTenant(service);
      const { body } = await tenant.export([group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
      expect(body.summary).toMatchObject({ created: 2, quarantined: 1 });
      expect((await send(`${tenant.url}/mail`, { method: 'POST', body: {} })).status).toBe(200);
      expect(await messagesOf(mailbox)).toMatchObject([{ to: [{ address: 'admin@contoso.com' }] }]);
      const asked = [...identity.asked];
      expect(new Set(asked.map(({ resource, clientId }) => `${clientId} ${resource}`))).toEqual(
        new Set(['https://storage.azure.com', 'https://communication.azure.com/'].map((of) => `${clientId} ${of}`)),
      );
      await tenant.export([group('c', 'smtp:x@contoso.com')]);
      await send(`${tenant.url}/mail`, { method: 'POST', body: {} });
      expect(identity.asked).toEqual(asked);
    } finally {
      await service.stop();
      await identity.stop();
    }
  });

  it('answers 503 if it gets no token, and reports it in its health', async () => {
    const service = await startWithIdentity();
    identity.refuse();
    try {
      const { status, headers } = await send(`${service.url}/api/tenants`);
      expect([status, headers.get('retry-after')]).toEqual([503, '5']);
      const { status: health, body } = await send(`${service.url}/api/health`);
      expect([health, body.reasons]).toEqual([503, ['The storage does not answer.']]);
    } finally {
      await service.stop();
      await identity.stop();
    }
  });
});
