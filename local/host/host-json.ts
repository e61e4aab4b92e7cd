import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type HostJson = { readonly extensions?: { readonly http?: { readonly routePrefix?: string } } };

/** The route prefix that host.json sets for all HTTP functions, without slashes around it; `api` where it sets none. */
export function readRoutePrefix(appRoot: string): string {
  const path = join(appRoot, 'host.json');
  if (!existsSync(path)) throw new Error(`Cannot start: there is no "${path}", and the real host asks for one`);
  try {
    const { extensions } = JSON.parse(readFileSync(path, 'utf8')) as HostJson;
    return (extensions?.http?.routePrefix ?? 'api').replace(/^\/+|\/+$/g, '');
  } catch (error) {
    throw new Error(`Cannot read "${path}": it is no JSON: ${(error as Error).message}`, { cause: error });
  }
}
