import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that arrived at the gate. */
export type Arrived = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** The gate lets a request pass, holds it, lets it pass but loses the answer, or answers it itself. */
export type Verdict =
  'pass' | 'hold' | 'loseAnswer' | { status: number; headers?: Record<string, string>; body?: string };

/** An HTTP server between the client and the service. */
export type Gate = {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  /** Resolves when the gate has held a request or lost an answer. */
  readonly held: Promise<undefined>;
  stop(): Promise<void>;
};

/** Starts a gate in front of a service. `decide` receives the number of earlier requests. */
export async function startGate(target: string, decide: (index: number, request: Arrived) => Verdict): Promise<Gate> {
  const arrived: Arrived[] = [];
  const { promise: held, resolve: hold } = Promise.withResolvers<undefined>();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url: path = '/', headers } = request;
    const one = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
    const verdict = decide(arrived.push(one) - 1, one);
    if (verdict === 'hold') {
      hold(undefined);
      return;
    }
    if (typeof verdict === 'object') {
      response.writeHead(verdict.status, verdict.headers).end(verdict.body);
      return;
    }
    const answer = await fetch(`${target}${path}`, { method, ...(method === 'GET' ? {} : { body: one.body }) });
    const text = await answer.text();
    if (verdict === 'loseAnswer') {
      hold(undefined);
      return;
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    held,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Returns the operations of an export that arrived at a gate. */
export function operationsOf({ body }: Arrived): readonly Record<string, unknown>[] {
  return (JSON.parse(body) as { operations: Record<string, unknown>[] }).operations;
}
