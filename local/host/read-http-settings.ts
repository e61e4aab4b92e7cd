import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type HttpJson = { readonly routePrefix?: string; readonly customHeaders?: Readonly<Record<string, string>> };
type HostJson = { readonly extensions?: { readonly http?: HttpJson } };

/** What host.json sets for HTTP. */
export type HttpSettings = {
  /** The prefix of all routes, without slashes around it; `api` unless host.json says otherwise. */
  readonly routePrefix: string;
  /** The headers that the host adds to each answer that does not have them, its own included. */
  readonly customHeaders: Readonly<Record<string, string>>;
};

/** Reads what host.json sets for HTTP. */
export function readHttpSettings(appRoot: string): HttpSettings {
  const path = join(appRoot, 'host.json');
  if (!existsSync(path)) throw new Error(`Cannot start: there is no "${path}", and the real host asks for one`);
  try {
    const { extensions } = JSON.parse(readFileSync(path, 'utf8')) as HostJson;
    const { routePrefix = 'api', customHeaders = {} } = extensions?.http ?? {};
    return { routePrefix: routePrefix.replace(/^\/+|\/+$/g, ''), customHeaders };
  } catch (error) {
    throw new Error(`Cannot read "${path}": it is no JSON: ${(error as Error).message}`, { cause: error });
  }
}
