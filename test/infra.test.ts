import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../local/project-root.ts';
import { readSettings } from '../shared/settings.ts';
import { type Declaration, readTemplates, type Template } from './support/bicep.ts';

let templates: ReadonlyMap<string, Template>;
let resources: readonly Declaration[];

beforeAll(async () => {
  templates = await readTemplates();
  resources = [...templates.values()].flatMap((template) => template.resources).filter(({ isExisting }) => !isExisting);
});

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(projectRoot, path), 'utf8'));

/** Returns the only resource of a type. */
function the(type: string): Declaration {
  const [found, ...more] = resources.filter(({ of }) => of.split('@')[0] === type);
  if (!found || more.length > 0) throw new Error(`There is not exactly one "${type}"`);
  return found;
}

describe('infra', () => {
  it('is Bicep', () => {
    expect(templates.size).toBe(9);
    expect([...templates.values()].flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('has a file for each module, and passes exactly its parameters', () => {
    const main = templates.get('main.bicep');
    expect(main?.modules).toHaveLength(8);
    for (const { of, body } of main?.modules ?? []) {
      const module = templates.get(of);
      const given = Object.keys(body.params as object);
      expect([of, given.filter((name) => !module?.parameters.includes(name))]).toEqual([of, []]);
      expect([of, module?.required.filter((name) => !given.includes(name))]).toEqual([of, []]);
    }
  });

  it('reads only outputs that the modules have', () => {
    const text = readFileSync(join(projectRoot, 'infra', 'main.bicep'), 'utf8');
    const fileOf = new Map(templates.get('main.bicep')?.modules.map(({ symbol, of }) => [symbol, of]));
    const read = [...text.matchAll(/\b(\w+)\.outputs\.(\w+)/g)];
    expect(read.length).toBeGreaterThan(15);
    const missing = read.filter(([, symbol = '', name = '']) => {
      return !(name in (templates.get(fileOf.get(symbol) ?? '')?.outputs ?? {}));
    });
    expect(missing).toEqual([]);
  });

  it('lets azd set every parameter except the key and the time, which have a new value each time', () => {
    const { parameters } = readJson('infra/main.parameters.json') as { parameters: Record<string, { value: string }> };
    const main = templates.get('main.bicep');
    expect(Object.keys(parameters).sort()).toEqual(
      main?.parameters.filter((name) => name !== 'newLinkKey' && name !== 'deployedAt').sort(),
    );
    for (const { value } of Object.values(parameters)) expect(value).toMatch(/^\$\{[A-Z_]+(?:=[^}]*)?\}$/);
  });

  it('has the same defaults for azd as for a deployment without it', () => {
    const { parameters } = readJson('infra/main.parameters.json') as { parameters: Record<string, { value: string }> };
    const text = readFileSync(join(projectRoot, 'infra', 'main.bicep'), 'utf8');
    for (const [name, { value }] of Object.entries(parameters)) {
      const ofBicep = new RegExp(`^param ${name} string(?: = '(.*)')?$`, 'm').exec(text)?.[1];
      expect([name, /=(.*)\}$/.exec(value)?.[1]]).toEqual([name, ofBicep]);
    }
  });
});

describe('the settings of the function app', () => {
  /** The settings that the service reads at its start. */
  const read = new Set<string>();
  readRecording(read);
  const inAzure = (): string[] => Object.keys(the('Microsoft.Web/sites/config').body.properties as object);
  const locally = Object.keys((readJson('local.settings.sample.json') as { Values: object }).Values);

  // In Azure there is no key, and on this machine no identity.
  const keys = ['AzureWebJobsStorage', 'COMMUNICATION_SERVICES_CONNECTION_STRING'];
  const identities = [
    'AzureWebJobsStorage__tableServiceUri',
    'AzureWebJobsStorage__clientId',
    'COMMUNICATION_SERVICES_ENDPOINT',
    'COMMUNICATION_SERVICES_CLIENT_ID',
  ];
  // Only the Functions host reads these.
  const ofTheHost = /^(?:AzureWebJobsStorage__|APPLICATIONINSIGHTS_|FUNCTIONS_WORKER_RUNTIME$)/;

  it('in the template are those that the service reads', () => {
    const needed = [...read].filter((name) => !keys.includes(name));
    expect(needed).toEqual(expect.arrayContaining([...identities, 'REPORT_LINK_KEY', 'SWEEP_SCHEDULE']));
    expect(needed.filter((name) => !inAzure().includes(name))).toEqual([]);
    expect(inAzure().filter((name) => !needed.includes(name) && !ofTheHost.test(name))).toEqual([]);
  });

  it('in local.settings.sample.json are those that the service reads', () => {
    const needed = [...read].filter((name) => !identities.includes(name));
    expect(needed.filter((name) => !locally.includes(name))).toEqual([]);
    expect(locally.filter((name) => !needed.includes(name) && !ofTheHost.test(name))).toEqual([]);
  });

  it('have no key, only references to keys in the vault', () => {
    const settings = the('Microsoft.Web/sites/config').body.properties as Record<string, string>;
    for (const name of inAzure().filter((candidate) => candidate.includes('KEY'))) {
      expect([name, settings[name]]).toEqual([name, expect.stringContaining('@Microsoft.KeyVault(SecretUri=')]);
    }
    expect(JSON.stringify(settings)).not.toMatch(/listKeys|AccountKey|accesskey/i);
  });

  function readRecording(names: Set<string>): void {
    const recording = new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_, name) => {
          if (typeof name === 'string') names.add(name);
          return undefined;
        },
      },
    );
    expect(() => readSettings(recording)).toThrow('Cannot start');
  }
});

describe('the deployment', () => {
  it('has storage without keys, public blobs or plain http', () => {
    const accounts = resources.filter(({ of }) => of.startsWith('Microsoft.Storage/storageAccounts@'));
    expect(accounts).toHaveLength(2);
    for (const { body } of accounts) {
      expect(body.properties).toMatchObject({
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        supportsHttpsTrafficOnly: true,
        minimumTlsVersion: 'TLS1_2',
      });
    }
  });

  it('has an app that accepts only https, and no passwords for publishing', () => {
    const app = the('Microsoft.Web/sites').body;
    expect(app.properties).toMatchObject({
      httpsOnly: true,
      siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', ftpsState: 'Disabled' },
    });
    expect(the('Microsoft.Web/sites/basicPublishingCredentialsPolicies').body.properties).toEqual({ allow: false });
  });

  it('opens the site for publishing only to the addresses that may call the app', () => {
    const { siteConfig } = the('Microsoft.Web/sites').body.properties as { siteConfig: Record<string, unknown> };
    expect(siteConfig).toMatchObject({ scmIpSecurityRestrictionsUseMain: true });
    // Separate rules would be ignored, but look as if they were in force.
    expect(Object.keys(siteConfig).filter((name) => /^scmIpSecurityRestrictions(?!UseMain$)/.test(name))).toEqual([]);
  });

  it('runs a package that the identity of the app may read but not write', () => {
    const { deployment } = (the('Microsoft.Web/sites').body.properties as Record<string, Record<string, object>>)
      .functionAppConfig as { deployment: { storage: Record<string, unknown> } };
    expect(deployment.storage.value).toBe('packageContainerUrl');
    const main = templates.get('main.bicep');
    const paramsOf = (file: string) =>
      main?.modules.find(({ of }) => of === file)?.body.params as Record<string, string>;
    expect(paramsOf('modules/function-app.bicep').packageContainerUrl).toBe('packageStore.outputs.containerUrl');
    const { name, readerPrincipalId } = paramsOf('modules/package-store.bicep');
    expect(readerPrincipalId).toBe('identity.outputs.principalId');
    // In the account of the host, the identity may write every blob.
    expect(name).not.toBe(paramsOf('modules/storage.bicep').name);

    const text = readFileSync(join(projectRoot, 'infra', 'modules', 'package-store.bicep'), 'utf8');
    const given = resources.filter(
      ({ of, file }) => of.startsWith('Microsoft.Authorization/') && file === 'modules/package-store.bicep',
    );
    const roles = given.map(({ body }) => {
      const { principalId, roleDefinitionId } = body.properties as { principalId: string; roleDefinitionId: string };
      const role = /, (\w+)\)$/.exec(roleDefinitionId)?.[1] ?? '';
      return [principalId, new RegExp(`^var ${role} = '(.*)'$`, 'm').exec(text)?.[1]];
    });
    expect(roles).toEqual([
      ['readerPrincipalId', '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'], // Storage Blob Data Reader
      ['deployerPrincipalId', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'], // Storage Blob Data Contributor
    ]);
  });

  it('accepts telemetry from identities only', () => {
    expect(the('Microsoft.Insights/components').body.properties).toMatchObject({ DisableLocalAuth: true });
  });

  it('assigns six roles to the identity and one to the deployer, each on one resource, none on a group or subscription', () => {
    const roles = /'([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'/g;
    const texts = [...templates.keys()].map((path) => readFileSync(join(projectRoot, 'infra', path), 'utf8'));
    expect(texts.flatMap((text) => [...text.matchAll(roles)].map((match) => match[1])).sort()).toEqual(
      [
        'b7e6dc6d-f1e8-4753-8033-0f276bb0955b', // Storage Blob Data Owner
        '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3', // Storage Table Data Contributor
        '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', // Storage Blob Data Reader, on the package
        'ba92f5b4-2d11-453d-a403-e96b0029c9fe', // Storage Blob Data Contributor, on the package, for the deployer
        '09976791-48a7-449e-bb21-39d1a415f350', // Communication and Email Service Owner
        '4633458b-17de-408a-b874-0445c86b69e6', // Key Vault Secrets User
        '3913510d-42f4-4e42-8a64-420c390055eb', // Monitoring Metrics Publisher
      ].sort(),
    );
    const assignments = resources.filter(({ of }) => of.startsWith('Microsoft.Authorization/roleAssignments@'));
    expect(assignments.map(({ body }) => body.scope).sort()).toEqual(
      [
        'account',
        'account::blobs::packages',
        'account::blobs::packages',
        'applicationInsights',
        'service',
        'vault',
      ].sort(),
    );
  });

  it('lists no key, and has no secret in an output', () => {
    for (const [path, { outputs }] of templates) {
      const text = readFileSync(join(projectRoot, 'infra', path), 'utf8');
      expect([path, /\blist\w*\(/.exec(text)]).toEqual([path, null]);
      expect([path, Object.values(outputs).filter((value) => /newKey|newLinkKey/.test(value))]).toEqual([path, []]);
    }
  });

  it('does not replace a key in the vault', () => {
    const text = readFileSync(join(projectRoot, 'infra', 'modules', 'link-key.bicep'), 'utf8');
    expect(text).toMatch(/@onlyIfNotExists\(\)\nresource key /);
  });

  it('refuses a sender of your own without a domain of your own', () => {
    const text = readFileSync(join(projectRoot, 'infra', 'main.bicep'), 'utf8');
    expect(text).toMatch(
      /var sendFrom = mailFrom == 'custom' && empty\(mailDomain\)\s+\? fail\('[^']+'\)\s+: mailFrom/,
    );
    const mail = templates.get('main.bicep')?.modules.find(({ of }) => of === 'modules/mail.bicep');
    expect(mail?.body.params).toMatchObject({ sendFrom: 'sendFrom' });
  });

  it('waits with the alert for a late sweep until the first sweeps can have run', () => {
    const text = readFileSync(join(projectRoot, 'infra', 'modules', 'alerts.bicep'), 'utf8');
    expect(text).toMatch(
      /"sweepQuarantine" and Success == true .* swept == 0 and now\(\) > datetime\(\$\{sweepLateFrom\}\)/,
    );
    const alerts = templates.get('main.bicep')?.modules.find(({ of }) => of === 'modules/alerts.bicep');
    expect(alerts?.body.params).toMatchObject({ sweepLateFrom: 'dateTimeAdd(deployedAt, sweepLateAfter)' });
  });

  it('sends the logs of the mail service to the workspace whose alert reads them', () => {
    expect(the('Microsoft.Insights/diagnosticSettings').body).toMatchObject({
      scope: 'service',
      properties: {
        workspaceId: 'workspaceId',
        logs: [
          { category: 'EmailSendMailOperational', enabled: true },
          { category: 'EmailStatusUpdateOperational', enabled: true },
        ],
      },
    });
  });

  it('bounds the requests that an instance takes at the same time', () => {
    const { functionAppConfig } = the('Microsoft.Web/sites').body.properties as Record<string, object>;
    expect(functionAppConfig).toMatchObject({
      scaleAndConcurrency: { triggers: { http: { perInstanceConcurrency: 'perInstanceConcurrency' } } },
    });
  });

  it('has alerts only for existing functions', () => {
    const text = readFileSync(join(projectRoot, 'infra', 'modules', 'alerts.bicep'), 'utf8');
    const named = [...text.matchAll(/Name == "(\w+)"/g)].map((match) => match[1]);
    expect(new Set(named)).toEqual(new Set(['sweepQuarantine', 'sendMondayMail']));
    const sources = ['sweep-quarantine', 'send-monday-mail'].map((name) =>
      readFileSync(join(projectRoot, 'functions', `${name}.ts`), 'utf8'),
    );
    for (const name of new Set(named)) expect(sources.join('')).toContain(`app.timer('${name}'`);
  });
});
