import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import sample from '../../local.settings.sample.json' with { type: 'json' };
import { asksForTokens, readSettings, sampleLinkKey } from '../../shared/settings.ts';
import { settings } from '../support/storage.ts';

const whole = { ...settings, AzureWebJobsStorage: 'UseDevelopmentStorage=true' };

describe('readSettings() for mail', () => {
  it.each([
    'endpoint=https://contoso.communication.azure.com/;accesskey=a2V5',
    'AccessKey=a2V5==;Endpoint=http://127.0.0.1:8025',
  ])('accepts the connection string %s', (connection) => {
    const environment = { ...whole, COMMUNICATION_SERVICES_CONNECTION_STRING: connection };
    expect(readSettings(environment).mail).toEqual({ connectionString: connection });
  });

  it.each([
    ['no connection string', { COMMUNICATION_SERVICES_CONNECTION_STRING: undefined }],
    ['one without a key', { COMMUNICATION_SERVICES_CONNECTION_STRING: 'endpoint=https://contoso.azure.com/' }],
    ['one without an endpoint', { COMMUNICATION_SERVICES_CONNECTION_STRING: 'accesskey=a2V5' }],
    ['one whose endpoint is no URL', { COMMUNICATION_SERVICES_CONNECTION_STRING: 'endpoint=contoso;accesskey=a2V5' }],
    ['no sender', { MAIL_SENDER_ADDRESS: '' }],
    ['a sender that is no address', { MAIL_SENDER_ADDRESS: 'Contoso' }],
    ['no schedule', { MONDAY_MAIL_SCHEDULE: undefined }],
    ['a schedule of five fields', { MONDAY_MAIL_SCHEDULE: '0 8 * * 1' }],
  ])('names the setting if there is %s', (_, wrong) => {
    expect(() => readSettings({ ...whole, ...wrong })).toThrow(Object.keys(wrong)[0]);
  });

  it('does not show the key of a refused connection string', () => {
    const environment = { ...whole, COMMUNICATION_SERVICES_CONNECTION_STRING: 'accesskey=c2VjcmV0' };
    expect(() => readSettings(environment)).toThrow(/^(?!.*c2VjcmV0)/);
  });
});

describe('readSettings() for access', () => {
  const entra = { ENTRA_TENANT_ID: '5D1F0F1C-8a37-4a53-9a7d-5b7d2a0c9b11', API_AUDIENCE: 'the-api' };

  it('requires function keys if neither setting of Microsoft Entra has a value', () => {
    const unset = { ...whole, ENTRA_TENANT_ID: '', API_AUDIENCE: '', ENTRA_AUTHORITY_HOST: '' };
    expect(readSettings(unset).entra).toBeNull();
    expect(asksForTokens(unset)).toBe(false);
  });

  it('requires tokens if both have a value, of the public cloud unless another is named', () => {
    expect(readSettings({ ...whole, ...entra }).entra).toEqual({
      authorityHost: 'https://login.microsoftonline.com',
      entraTenantId: '5d1f0f1c-8a37-4a53-9a7d-5b7d2a0c9b11',
      audience: 'the-api',
    });
    const china = { ...whole, ...entra, ENTRA_AUTHORITY_HOST: 'https://login.partner.microsoftonline.cn/' };
    expect(readSettings(china).entra?.authorityHost).toBe('https://login.partner.microsoftonline.cn');
    expect(asksForTokens(china)).toBe(true);
  });

  it.each([
    ['only the tenant', { API_AUDIENCE: '' }, 'API_AUDIENCE'],
    ['only the audience', { ENTRA_TENANT_ID: '' }, 'ENTRA_TENANT_ID'],
    ['a tenant that is no GUID', { ENTRA_TENANT_ID: 'common' }, 'ENTRA_TENANT_ID'],
    ['an issuer without https', { ENTRA_AUTHORITY_HOST: 'http://login.example.com' }, 'ENTRA_AUTHORITY_HOST'],
    ['an issuer that is no URL', { ENTRA_AUTHORITY_HOST: 'login' }, 'ENTRA_AUTHORITY_HOST'],
  ])('refuses %s', (_, wrong, setting) => {
    expect(() => readSettings({ ...whole, ...entra, ...wrong })).toThrow(setting);
  });
});

describe('readSettings() for identities', () => {
  const named = {
    ...whole,
    AzureWebJobsStorage: '',
    AzureWebJobsStorage__tableServiceUri: 'https://contoso.table.core.windows.net/',
    AzureWebJobsStorage__clientId: 'one',
    COMMUNICATION_SERVICES_CONNECTION_STRING: '',
    COMMUNICATION_SERVICES_ENDPOINT: 'https://contoso.communication.azure.com/',
    COMMUNICATION_SERVICES_CLIENT_ID: 'other',
  };

  it('accepts an address and a client id in place of a connection string', () => {
    const { storage, mail } = readSettings(named);
    expect(storage).toEqual({ endpoint: 'https://contoso.table.core.windows.net/', clientId: 'one' });
    expect(mail).toEqual({ endpoint: 'https://contoso.communication.azure.com/', clientId: 'other' });
  });

  it("uses the app's own identity if no client id is set", () => {
    const environment = { ...named, AzureWebJobsStorage__clientId: '' };
    expect(readSettings(environment).storage).toMatchObject({ clientId: undefined });
  });

  it.each([
    ['AzureWebJobsStorage__tableServiceUri', 'http://contoso.table.core.windows.net/'],
    ['AzureWebJobsStorage__tableServiceUri', 'contoso'],
    ['COMMUNICATION_SERVICES_ENDPOINT', 'http://contoso.communication.azure.com/'],
  ])('refuses %s with "%s", because tokens are sent over https only', (name, value) => {
    expect(() => readSettings({ ...named, [name]: value })).toThrow(`${name} is "${value}"`);
  });

  it.each([
    ['AzureWebJobsStorage', 'UseDevelopmentStorage=true'],
    ['COMMUNICATION_SERVICES_CONNECTION_STRING', settings.COMMUNICATION_SERVICES_CONNECTION_STRING],
  ])('refuses an address together with %s', (name, value) => {
    expect(() => readSettings({ ...named, [name]: value })).toThrow(`${name} and`);
  });

  it('names a setting that the platform could not read from Key Vault, and does not use the reference as the key', () => {
    const reference = '@Microsoft.KeyVault(SecretUri=https://contoso.vault.azure.net/secrets/report-link-key)';
    expect(() => readSettings({ ...whole, REPORT_LINK_KEY: reference })).toThrow('REPORT_LINK_KEY refers to a secret');
  });
});

describe('readSettings() for links', () => {
  const deployed = {
    ...whole,
    REPORT_BASE_URL: 'https://contoso-sync.azurewebsites.net',
    REPORT_LINK_KEY: randomBytes(48).toString('base64'),
  };
  const repeated = 'changeme'.repeat(5);

  it('accepts random keys of every usual form for a public address', () => {
    expect(readSettings(deployed).reportBaseUrl).toBe('https://contoso-sync.azurewebsites.net');
    for (let time = 0; time < 200; time++) {
      for (const key of [
        randomBytes(24).toString('base64'),
        randomBytes(16).toString('hex'),
        randomBytes(48).toString('base64'),
      ]) {
        expect(readSettings({ ...deployed, REPORT_LINK_KEY: key }).linkKeys).toHaveLength(1);
      }
    }
  });

  it('refers to the key of the sample', () => {
    expect(sample.Values.REPORT_LINK_KEY).toBe(sampleLinkKey);
  });

  it.each([
    ['the key of the sample', { REPORT_LINK_KEY: sampleLinkKey }, 'REPORT_LINK_KEY is the key of local.settings'],
    [
      'the key of the sample as the previous key',
      { REPORT_LINK_KEY_PREVIOUS: sampleLinkKey },
      'REPORT_LINK_KEY_PREVIOUS is the key of',
    ],
    ['one character', { REPORT_LINK_KEY: 'x'.repeat(64) }, 'REPORT_LINK_KEY has too little variety'],
    ['two characters', { REPORT_LINK_KEY: 'ab'.repeat(32) }, 'REPORT_LINK_KEY has too little variety'],
    ['a repeated word', { REPORT_LINK_KEY: repeated }, 'REPORT_LINK_KEY has too little variety'],
    ['repeated digits', { REPORT_LINK_KEY: '0123456789'.repeat(4) }, 'must have at least 24'],
    [
      'a repeated word as the previous key',
      { REPORT_LINK_KEY_PREVIOUS: repeated },
      'REPORT_LINK_KEY_PREVIOUS has too little variety',
    ],
    ['http', { REPORT_BASE_URL: 'http://contoso-sync.azurewebsites.net' }, 'must be https'],
    ['http to a name that begins like localhost', { REPORT_BASE_URL: 'http://localhost.contoso.com' }, 'must be https'],
  ])('refuses %s for a public address', (_, wrong, why) => {
    expect(() => readSettings({ ...deployed, ...wrong })).toThrow(why);
    expect(() => readSettings({ ...deployed, ...wrong })).toThrow(/^(?!.*(?:changeme|0123456789|xxxx|abab))/);
  });

  it('reports all problems in one message', () => {
    const wrong = {
      REPORT_BASE_URL: 'http://contoso.com',
      REPORT_LINK_KEY: sampleLinkKey,
      REPORT_LINK_KEY_PREVIOUS: 'x',
    };
    expect(() => readSettings({ ...deployed, ...wrong })).toThrow(
      /^Cannot start: REPORT_BASE_URL is "http.*; REPORT_LINK_KEY is the key .*; REPORT_LINK_KEY_PREVIOUS has 1 bytes/,
    );
  });

  it.each(['http://localhost:7071', 'http://127.0.0.1:7071', 'http://[::1]:7071', 'https://app.localhost'])(
    'accepts weak keys and http for %s, which is the machine itself',
    (REPORT_BASE_URL) => {
      for (const REPORT_LINK_KEY of [sampleLinkKey, repeated]) {
        expect(readSettings({ ...deployed, REPORT_BASE_URL, REPORT_LINK_KEY }).reportBaseUrl).toBe(REPORT_BASE_URL);
      }
    },
  );

  it('requires 32 bytes also for the machine itself', () => {
    const short = { REPORT_BASE_URL: 'http://localhost:7071', REPORT_LINK_KEY: 'a'.repeat(31) };
    expect(() => readSettings({ ...deployed, ...short })).toThrow('REPORT_LINK_KEY has 31 bytes');
  });
});
