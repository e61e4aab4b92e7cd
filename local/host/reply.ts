import type { ServerResponse } from 'node:http';

/** An answer to an HTTP client. */
export type Reply = {
  readonly status: number;
  /** A name may occur more than once. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
};

/** Returns a reply without a body. */
export function emptyReply(status: number): Reply {
  return { status, headers: [], body: new Uint8Array() };
}

/** Returns a reply with a JSON body. */
export function jsonReply(status: number, body: unknown): Reply {
  return { status, headers: [['content-type', 'application/json']], body: Buffer.from(JSON.stringify(body, null, 2)) };
}

/** Returns a reply with a line of text. */
export function textReply(status: number, text: string): Reply {
  return { status, headers: [['content-type', 'text/plain; charset=utf-8']], body: Buffer.from(`${text}\n`) };
}

/** Sends a reply, and adds the custom headers that it does not have. */
export function sendReply(
  response: ServerResponse,
  { status, headers, body }: Reply,
  customHeaders: Readonly<Record<string, string>> = {},
): void {
  response.statusCode = status;
  for (const [name, value] of headers) response.appendHeader(name, value);
  for (const [name, value] of Object.entries(customHeaders)) {
    if (!response.hasHeader(name)) response.setHeader(name, value);
  }
  response.end(body);
}
