import type { HttpRequest } from '@azure/functions';
import { pathParameter } from './parameters.ts';

/** The URL as the client sent it: Azure's front end adds this header. */
const originalUrl = 'x-waws-unencoded-url';

/**
 * Returns the source anchor at the end of a path.
 *
 * Azure's front end decodes `%2F` and `%5C`, turns `\` into `/`, folds `//` and strips a leading slash, so that the path
 * does not tell which anchor was meant. The header with the original URL does, and is used only if the front end would
 * make this very path of it: a client that sends the header itself gains nothing.
 */
export function sourceAnchorInPath(request: Pick<HttpRequest, 'headers' | 'params'>): string {
  const received = pathParameter(request, 'sourceAnchor');
  const encoded = /^\/api\/tenants\/[^/]+\/objects\/([^?]*)/i.exec(request.headers.get(originalUrl) ?? '')?.[1];
  const original = encoded === undefined ? undefined : decode(encoded);
  return original !== undefined && asFrontEndWrites(original) === received ? original : received;
}

/** Returns a decoded rest of a path as Azure's front end passes it on. */
export function asFrontEndWrites(rest: string): string {
  return rest
    .replaceAll('\\', '/')
    .replaceAll(/\/{2,}/g, '/')
    .replace(/^\//, '');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
