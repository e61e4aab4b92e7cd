import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Refused } from './refused.ts';

/** A request that has been read. */
export type Call = {
  readonly method: string;
  /** The path and query, unchanged. */
  readonly target: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

// The limit of the service, attachments included.
const bodyLimitBytes = 10 * 1024 * 1024;

/** Reads a request to its end. Refuses a body that is larger than the service accepts. */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const { method = 'GET', url: target = '/', headers } = request;
  const url = URL.parse(target, 'http://localhost');
  if (url === null) throw new Refused(400, 'BadRequest', `Cannot read the path "${target}"`);
  return { method, target, url, headers, body: await readBody(request) };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read as well, because a client that is still sending does not see an answer.
    if (bytes <= bodyLimitBytes) chunks.push(chunk);
  }
  if (bytes > bodyLimitBytes) throw new Refused(413, 'RequestEntityTooLarge', 'The request is larger than 10 MB');
  return Buffer.concat(chunks);
}

/** Returns the body as JSON. Refuses a body that is not JSON. */
export function parseJson({ body }: Call): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new Refused(400, 'BadRequest', `The request body is not JSON: ${(error as Error).message}`);
  }
}
