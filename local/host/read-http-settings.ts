import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type HttpJson = { readonly routePrefix?: string; readonly customHeaders?: Readonly<Record<string, string>> };
type HostJson = { readonly extensions?: { readonly http?: HttpJson } };

/** The HTTP settings in host.json. */
type HttpSettings = {
  /** The prefix of all routes, without slashes around it; `api` by default. */
  readonly routePrefix: string;
  /** The headers that the host adds to every answer that does not have them, even to its own answers. */
  readonly customHeaders: Readonly<Record<string, string>>;
};

/** Reads the HTTP settings in host.json. */
export function readHttpSettings(appRoot: string): HttpSettings {
  const path = join(appRoot, 'host.json');
  if (!existsSync(path)) throw new Error(`Cannot start: there is no "${path}", which the real host requires`);
  try {
    const { extensions } = JSON.parse(readFileSync(path, 'utf8')) as HostJson;
    const { routePrefix = 'api', customHeaders = {} } = extensions?.http ?? {};
    return { routePrefix: routePrefix.replace(/^\/+|\/+$/g, ''), customHeaders };
  } catch (error) {
    throw new Error(`Cannot read "${path}": it is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
