import { request } from 'node:http';

/** A request as it goes over the wire: nothing of it is normalised. The path holds what a request line can hold. */
export type PlainRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
};

/** What came back, as text. */
export type PlainAnswer = { readonly status: number; readonly headers: Headers; readonly text: string };

/** Sends a request. Rejects if there is no whole answer within a bound of time. */
export function sendPlain(url: string, plain: PlainRequest, boundMs: number): Promise<PlainAnswer> {
  const { method, path, body } = plain;
  const { hostname, port } = new URL(url);
  const headers = body ? { ...plain.headers, 'content-length': String(body.length) } : plain.headers;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method, path, headers, signal: AbortSignal.timeout(boundMs) },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const received = new Headers();
          for (const [name, values] of Object.entries(answer.headersDistinct)) {
            for (const value of values ?? []) received.append(name, value);
          }
          resolve({ status: answer.statusCode ?? 0, headers: received, text: Buffer.concat(chunks).toString('utf8') });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
