/** Reads the settings from the environment, checked, all problems in one message. */
import { deflateRawSync } from 'node:zlib';
import { type Connection, readMail, readStorage } from './read-connections.ts';

export type Settings = {
  /** How Table Storage is reached; the connection string `UseDevelopmentStorage=true` is Azurite. */
  readonly storage: Connection;
  /** Where links to the report point, without a slash at the end. */
  readonly reportBaseUrl: string;
  /** The keys of signed links: the first signs, the second, while keys are rotated, is still accepted. */
  readonly linkKeys: readonly [Uint8Array, ...Uint8Array[]];
  /** How long a link to the report is good, in days. */
  readonly reportLinkDays: number;
  /** How Azure Communication Services is reached, or the local mailbox. */
  readonly mail: Connection;
  /** Who sends the mails. */
  readonly mailSenderAddress: string;
  /** How long the storage may keep one HTTP request, in seconds; one request to the storage has a sixth of it. */
  readonly requestTimeoutSeconds: number;
  /** Whose access tokens are asked for; null where access is by function keys. */
  readonly entra: EntraSettings | null;
};

/** A tenant of Microsoft Entra, and the API in it that access tokens must be for. */
export type EntraSettings = {
  /** Where the tenant's tokens come from, without a slash at the end; another in sovereign clouds. */
  readonly authorityHost: string;
  readonly entraTenantId: string;
  /** The application (client) id of the API's registration: what v2.0 tokens name as their audience. */
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

/** Tells whether access is by tokens of Microsoft Entra, and not by function keys. */
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
 * Where the platform cannot read a secret, the setting holds the reference itself, which anybody can guess: as a key it
 * would pass every other check.
 */
function unresolvedReferences(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => environment[name]?.startsWith('@Microsoft.KeyVault('))
    .map((name) => `${name} refers to a secret in Key Vault that the app cannot read; its identity needs the right to`);
}

/** Reports whether a name leads to the machine itself, wherever it is used. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}

const exampleBaseUrl = 'https://contoso-sync.azurewebsites.net';

function readBaseUrl(value: string | undefined, problems: string[]): string {
  const url = URL.parse(value ?? '');
  if (!url || !/^https?:$/.test(url.protocol)) {
    problems.push(
      `REPORT_BASE_URL is missing or no URL; it is where links to the report point, such as "${exampleBaseUrl}"`,
    );
  } else if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    problems.push(
      `REPORT_BASE_URL is "${value}"; a link opens the report for anyone who reads it on the way, so it must be https, such as "${exampleBaseUrl}". Only an address of this machine may be http`,
    );
  }
  return (value ?? '').replace(/\/+$/, '');
}

const shortestLinkKey = 32;

/** The key of `local.settings.sample.json`. Everybody knows it. */
export const sampleLinkKey = 'for-local-use-only-replace-when-deployed';

/** Random text of 32 characters, digits included, takes 26 bytes and more; words said over and over take 21 and fewer. */
const fewestPackedBytes = 24;

function readLinkKeys(environment: Environment, problems: string[]): Settings['linkKeys'] {
  // On a machine of one's own, links open nothing for others.
  const isLocal = isLoopback(URL.parse(environment.REPORT_BASE_URL ?? '')?.hostname ?? '');
  const encode = (name: string): Uint8Array => {
    const text = environment[name] ?? '';
    const key = new TextEncoder().encode(text);
    const problem = weaknessOf(key) ?? (isLocal ? undefined : easeOf(text));
    if (problem) problems.push(`${name} ${problem}. A good one is printed by "openssl rand -base64 48"`);
    return key;
  };
  const key = encode('REPORT_LINK_KEY');
  return environment.REPORT_LINK_KEY_PREVIOUS ? [key, encode('REPORT_LINK_KEY_PREVIOUS')] : [key];
}

function weaknessOf({ length }: Uint8Array): string | undefined {
  if (length >= shortestLinkKey) return undefined;
  return `has ${length} bytes; it signs the links and must have at least ${shortestLinkKey}, at random`;
}

/** Says why a key is easily guessed. A random key cannot be told from a sentence; what repeats itself can, by packing it. */
function easeOf(key: string): string | undefined {
  if (key === sampleLinkKey) return 'is the key of local.settings.sample.json, which everybody knows';
  const { length } = deflateRawSync(key);
  if (length >= fewestPackedBytes) return undefined;
  return `has too little variety: packed, it has ${length} bytes, and must have at least ${fewestPackedBytes}`;
}

function readDays(value: string | undefined, problems: string[]): number {
  const days = value === undefined || value === '' ? 8 : Number(value);
  if (!(days > 0 && days <= 90)) problems.push(`REPORT_LINK_DAYS is "${value}"; it is a number of days from 1 to 90`);
  return days;
}

/** The platform gives up an HTTP request after 230 seconds: the answer must be there before. */
function readRequestTimeout(value: string | undefined, problems: string[]): number {
  const seconds = value === undefined || value === '' ? 150 : Number(value);
  if (!(seconds >= 1 && seconds <= 200)) {
    problems.push(`REQUEST_TIMEOUT_SECONDS is "${value}"; it is a number of seconds from 1 to 200`);
  }
  return seconds;
}

/** The host reads the schedules itself; without one it would leave its timer out, and say so only in its log. */
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
