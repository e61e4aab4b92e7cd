/** The services that use cases work with, made from the settings on first use. */
import { randomUUID } from 'node:crypto';
import type { AccessTokens } from './tokens/access-tokens.ts';
import { locate } from './identity/locate.ts';
import { openOnce } from './open-once.ts';
import { type Mailer, openMailer } from './mail/mailer.ts';
import { type EntraSettings, readSettings, type Settings } from './settings.ts';
import { openStorage, type Storage } from './store/storage.ts';

/** Storage, mail, tokens, the clock and randomness. */
export type Services = {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly mailer: Mailer;
  /** Reads access tokens; null if the platform checks function keys instead. */
  readonly accessTokens: AccessTokens | null;
  readonly now: () => Date;
  /** Returns 0 to below 1. */
  readonly random: () => number;
  readonly newId: () => string;
};

/** How often a storage request without an answer is tried within the time of the HTTP request. */
const tries = 6;

let services: Services | undefined;

/** Returns the services of this process. Throws if a setting is missing or malformed. */
export function getServices(): Services {
  return (services ??= makeServices(process.env));
}

/** Makes services from an environment. */
export function makeServices(environment: Readonly<Record<string, string | undefined>>): Services {
  const settings = readSettings(environment);
  return {
    settings,
    storage: openStorage({
      ...locate(settings.storage),
      requestTimeoutMs: (settings.requestTimeoutSeconds * 1_000) / tries,
    }),
    mailer: openMailer({ ...locate(settings.mail), senderAddress: settings.mailSenderAddress }),
    accessTokens: settings.entra && readWhenNeeded(settings.entra),
    now: () => new Date(),
    random: Math.random,
    newId: randomUUID,
  };
}

/** Loads the library for access tokens with the first of them, so that a start without Entra ID does not pay for it. */
function readWhenNeeded(entra: EntraSettings): AccessTokens {
  const opened = openOnce(async () => (await import('./tokens/access-tokens.ts')).openAccessTokens(entra));
  return async (token, now) => (await opened())(token, now);
}
