/** Reads and checks the settings of the environment. */
import { deflateRawSync } from 'node:zlib';
import { type Connection, readMail, readStorage } from './read-connections.ts';

/** The settings of the service. */
export type Settings = {
  /** The connection to Table Storage; the connection string `UseDevelopmentStorage=true` means Azurite. */
  readonly storage: Connection;
  /** The start of links to the report, without a slash at the end. */
  readonly reportBaseUrl: string;
  /** The keys of signed links. The first one signs; a second one, while keys are rotated, is still accepted. */
  readonly linkKeys: readonly [Uint8Array, ...Uint8Array[]];
  /** The days until a link to the report expires. */
  readonly reportLinkDays: number;
  /** The connection to Azure Communication Services, or to the local mailbox. */
  readonly mail: Connection;
  /** The sender of the mails. */
  readonly mailSenderAddress: string;
  /** How many seconds an HTTP request may wait for the storage; one request to the storage has a sixth of it. */
  readonly requestTimeoutSeconds: number;
  /** The issuer of the required access tokens; null if function keys are required instead. */
  readonly entra: EntraSettings | null;
};

/** A tenant of Microsoft Entra, and the API in it that access tokens are issued for. */
export type EntraSettings = {
  /** The address of the issuer, without a slash at the end. Sovereign clouds have their own. */
  readonly authorityHost: string;
  readonly entraTenantId: string;
  /** The application (client) id of the API: the audience of v2.0 tokens. */
  readonly audience: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings. Throws one error that names every setting that is missing or malformed. */
export function readSettings(environment: Environment): Settings {
  const problems = unresolvedReferences(environment);
  const settings = {
    storage: readStorage(environment, problems),
    reportBaseUrl: readBaseUrl(environment.REPORT_BASE_URL, problems),
    linkKeys: readLinkKeys(environment, problems),
    reportLinkDays: readDays(environment.REPORT_LINK_DAYS, problems),
    requestTimeoutSeconds: readRequestTimeout(environment.REQUEST_TIMEOUT_SECONDS, problems),
    mail: readMail(environment, problems),
    mailSenderAddress: readSender(environment.MAIL_SENDER_ADDRESS, problems),
    entra: readEntra(environment, problems),
  };
  checkSchedule('SWEEP_SCHEDULE', environment.SWEEP_SCHEDULE, { example: '0 0 * * * *', problems });
  checkSchedule('MONDAY_MAIL_SCHEDULE', environment.MONDAY_MAIL_SCHEDULE, { example: '0 0 * * * 0-2', problems });
  if (problems.length > 0) {
    throw new Error(
      `Cannot start: ${problems.join('; ')}. Set it in the function app's settings, or locally in local.settings.json.`,
    );
  }
  return settings;
}

/** Reports whether the service requires access tokens of Microsoft Entra instead of function keys. */
export function asksForTokens({ ENTRA_TENANT_ID, API_AUDIENCE }: Environment): boolean {
  return Boolean(ENTRA_TENANT_ID && API_AUDIENCE);
}

const publicAuthority = 'https://login.microsoftonline.com';
const entraTenantIds = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readEntra(environment: Environment, problems: string[]): EntraSettings | null {
  const { ENTRA_TENANT_ID = '', API_AUDIENCE: audience = '', ENTRA_AUTHORITY_HOST = '' } = environment;
  if (ENTRA_TENANT_ID === '' && audience === '') return null;
  const entraTenantId = ENTRA_TENANT_ID.toLowerCase();
  if (!entraTenantIds.test(entraTenantId)) {
    problems.push(
      `ENTRA_TENANT_ID is ${ENTRA_TENANT_ID ? `"${ENTRA_TENANT_ID}"` : 'missing while API_AUDIENCE is set'}; it is the id (a GUID) of the Microsoft Entra tenant whose access tokens are accepted`,
    );
  }
  if (audience === '') {
    problems.push(
      'API_AUDIENCE is missing while ENTRA_TENANT_ID is set; it is the application (client) id that access tokens must be for',
    );
  }
  const authority = URL.parse(ENTRA_AUTHORITY_HOST === '' ? publicAuthority : ENTRA_AUTHORITY_HOST);
  const isLocal = isLoopback(authority?.hostname ?? '');
  if (authority?.protocol !== 'https:' && !(authority?.protocol === 'http:' && isLocal)) {
    problems.push(
      `ENTRA_AUTHORITY_HOST is "${ENTRA_AUTHORITY_HOST}"; it is a URL with https, such as "${publicAuthority}"`,
    );
  }
  return { authorityHost: (authority?.href ?? '').replace(/\/+$/, ''), entraTenantId, audience };
}

/**
 * Finds references to secrets that the platform could not read. The setting then contains the reference itself: as a key it
 * would pass every other check, but it is easy to guess.
 */
function unresolvedReferences(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => environment[name]?.startsWith('@Microsoft.KeyVault('))
    .map((name) => `${name} refers to a secret in Key Vault that the app cannot read; its identity needs the right to`);
}

/** Reports whether a host name always means the machine itself. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}

const exampleBaseUrl = 'https://contoso-sync.azurewebsites.net';

function readBaseUrl(value: string | undefined, problems: string[]): string {
  const url = URL.parse(value ?? '');
  if (!url || !/^https?:$/.test(url.protocol)) {
    problems.push(
      `REPORT_BASE_URL is missing or not a URL; it is the start of links to the report, such as "${exampleBaseUrl}"`,
    );
  } else if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    problems.push(
      `REPORT_BASE_URL is "${value}"; links could be read in transit, so it must be https, such as "${exampleBaseUrl}". Only an address of the machine itself may be http`,
    );
  }
  return (value ?? '').replace(/\/+$/, '');
}

const shortestLinkKey = 32;

/** The key of `local.settings.sample.json`, which is public. */
export const sampleLinkKey = 'for-local-use-only-replace-when-deployed';

/** Compressed, 32 random characters or digits have at least 26 bytes, and repeated words at most 21. */
const fewestPackedBytes = 24;

function readLinkKeys(environment: Environment, problems: string[]): Settings['linkKeys'] {
  // Links to the machine itself cannot be opened from another one.
  const isLocal = isLoopback(URL.parse(environment.REPORT_BASE_URL ?? '')?.hostname ?? '');
  const encode = (name: string): Uint8Array => {
    const text = environment[name] ?? '';
    const key = new TextEncoder().encode(text);
    const problem = weaknessOf(key) ?? (isLocal ? undefined : easeOf(text));
    if (problem) problems.push(`${name} ${problem}. "openssl rand -base64 48" prints a good one`);
    return key;
  };
  const key = encode('REPORT_LINK_KEY');
  return environment.REPORT_LINK_KEY_PREVIOUS ? [key, encode('REPORT_LINK_KEY_PREVIOUS')] : [key];
}

function weaknessOf({ length }: Uint8Array): string | undefined {
  if (length >= shortestLinkKey) return undefined;
  return `has ${length} bytes; it signs the links and must have at least ${shortestLinkKey}, at random`;
}

/** Returns why a key is easy to guess. Compression finds repetition; it cannot tell a sentence from a random key. */
function easeOf(key: string): string | undefined {
  if (key === sampleLinkKey) return 'is the key of local.settings.sample.json, which is public';
  const { length } = deflateRawSync(key);
  if (length >= fewestPackedBytes) return undefined;
  return `has too little variety: compressed, it has ${length} bytes, and must have at least ${fewestPackedBytes}`;
}

function readDays(value: string | undefined, problems: string[]): number {
  const days = value === undefined || value === '' ? 8 : Number(value);
  if (!(days > 0 && days <= 90)) problems.push(`REPORT_LINK_DAYS is "${value}"; it is a number of days from 1 to 90`);
  return days;
}

/** The platform ends an HTTP request after 230 seconds; the answer must be ready before. */
function readRequestTimeout(value: string | undefined, problems: string[]): number {
  const seconds = value === undefined || value === '' ? 150 : Number(value);
  if (!(seconds >= 1 && seconds <= 200)) {
    problems.push(`REQUEST_TIMEOUT_SECONDS is "${value}"; it is a number of seconds from 1 to 200`);
  }
  return seconds;
}

/** The functions host reads the schedules itself. Without one it would skip the timer, and write that only to its log. */
function checkSchedule(
  name: string,
  value: string | undefined,
  { example, problems }: { example: string; problems: string[] },
): void {
  if (value?.trim().split(/\s+/).length === 6) return;
  problems.push(
    `${name} is ${value ? `"${value}"` : 'missing'}; it is an NCRONTAB of six fields, such as "${example}"`,
  );
}

function readSender(value: string | undefined, problems: string[]): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(value ?? '')) {
    problems.push(
      `MAIL_SENDER_ADDRESS is ${value ? `"${value}"` : 'missing'}; it is the address that mails come from, such as "DoNotReply@contoso.com"`,
    );
  }
  return value ?? '';
}
