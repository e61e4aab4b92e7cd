/** What the operations work with, made from the settings when first needed. */
import { randomUUID } from 'node:crypto';
import type { AccessTokens } from './tokens/access-tokens.ts';
import { locate } from './identity/locate.ts';
import { type Mailer, openMailer } from './mail/mailer.ts';
import { type EntraSettings, readSettings, type Settings } from './settings.ts';
import { openStorage, type Storage } from './store/storage.ts';

export type Services = {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly mailer: Mailer;
  /** Reads access tokens; null where access is by function keys, which the platform asks for. */
  readonly accessTokens: AccessTokens | null;
  readonly now: () => Date;
  /** Gives 0 to below 1. */
  readonly random: () => number;
  readonly newId: () => string;
};

/** A request to the storage that gets no answer is tried again within the time of the request that it is for. */
const tries = 6;

let services: Services | undefined;

/** Gives the services of this process. Throws where a setting is missing or malformed. */
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

/** Loads what reads access tokens with the first of them: a start without Entra ID does not pay for it. */
function readWhenNeeded(entra: EntraSettings): AccessTokens {
  let opened: Promise<AccessTokens> | undefined;
  const open = async (): Promise<AccessTokens> => (await import('./tokens/access-tokens.ts')).openAccessTokens(entra);
  return async (token, now) => (await (opened ??= open()))(token, now);
}
