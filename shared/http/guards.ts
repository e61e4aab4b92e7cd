import type { HttpResponseInit } from '@azure/functions';

/**
 * The headers of every answer that has no others of these names. `host.json` has the platform add them to its own answers,
 * such as the 404 of a path that is no route; a test holds the two together.
 */
export const headersOfAll: Readonly<Record<string, string>> = {
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
};

/** Adds those headers of every answer that an answer does not have. */
export function withHeadersOfAll(answer: HttpResponseInit): HttpResponseInit {
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(headersOfAll)) if (!headers.has(name)) headers.set(name, value);
  return { ...answer, headers: Object.fromEntries(headers) };
}

/**
 * The headers of every answer to a link to the report, pages and files alike.
 *
 * The address is the key, so no browser may pass it on or cache the answer; and the content type is binding.
 */
export const guards: Readonly<Record<string, string>> = {
  ...headersOfAll,
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
