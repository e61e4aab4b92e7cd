import type { IncomingMessage } from 'node:http';
import type { HttpRequestData } from './programming-model.ts';
import type { RouteParameters } from './route-template.ts';

/** The largest body that the platform accepts. */
const maxBodyBytes = 100 * 1024 * 1024;

/**
 * Converts an HTTP request for the library.
 *
 * The query has repeated keys joined with a comma, like the real host does it. Otherwise a handler that reads all values of
 * a repeated key would work here and fail in the cloud.
 */
export function toRequestData(
  request: IncomingMessage,
  url: URL,
  { parameters, body }: { readonly parameters: RouteParameters; readonly body: Uint8Array | undefined },
): HttpRequestData {
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(
      Object.entries(request.headersDistinct).map(([key, values]) => [key, values?.join(',') ?? '']),
    ),
    nullableQuery: nullable(joinRepeated(url.searchParams)),
    nullableParams: nullable(Object.entries(parameters)),
    body: body === undefined ? null : { bytes: body },
    headers: {},
    query: {},
    params: {},
    cookies: [],
    identities: [],
    rawBody: null,
  };
}

function joinRepeated(query: URLSearchParams): [string, string][] {
  return [...new Set(query.keys())].map((key) => [key, query.getAll(key).join(',')]);
}

function nullable(entries: [string, string][]): Record<string, { value: string }> {
  return Object.fromEntries(entries.map(([key, value]) => [key, { value }]));
}

/** Returns whether a request announces a body that is larger than the platform accepts. */
export function isTooLarge(request: IncomingMessage): boolean {
  return contentLength(request) > maxBodyBytes;
}

/** Returns whether a request has a body of unannounced length. The real host drops such a body, unless streaming is enabled. */
export function isChunked(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined;
}

/** Reads the body. Returns undefined if its length is zero or not announced. */
export async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (contentLength(request) === 0) {
    request.resume();
    return undefined;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function contentLength(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0);
}
