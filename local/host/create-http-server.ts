import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { describeError, type WriteLine } from './create-log.ts';
import { whyForeign } from '../why-foreign.ts';
import { emptyReply, sendReply, textReply, type Reply } from './reply.ts';
import { findRoute, type Route } from './route.ts';
import { isChunked, isTooLarge, readBody, toRequestData } from './to-request-data.ts';
import { toReply } from './to-reply.ts';
import type { Admin } from './admin.ts';
import type { Authorize } from './authorize.ts';
import type { Invoke } from './invoke.ts';
import type { InFlight } from './in-flight.ts';

type ServerParts = {
  readonly routes: readonly Route[];
  readonly admin: Admin;
  readonly authorize: Authorize;
  readonly invoke: Invoke;
  readonly inFlight: InFlight;
  readonly write: WriteLine;
  /** Decodes encoded slashes in the path before routing, like the front end of a deployed app. */
  readonly decodeSlashes: boolean;
  /** Headers for every answer that does not have them already. */
  readonly customHeaders: Readonly<Record<string, string>>;
  /** Names of the app besides those of this machine. */
  readonly knownNames: readonly string[];
};

/** Returns the HTTP server of the functions and of the admin API, not yet listening. */
export function createHttpServer(parts: ServerParts): Server {
  return createServer((request, response) => {
    const replied = answer(parts, request).then(
      (reply) => sendReply(response, reply, parts.customHeaders),
      (error: unknown) => {
        // The client disconnected while its body was being read, so there is no answer to send.
        if (!request.complete) return void response.destroy();
        parts.write('error', describeError(error));
        sendReply(response, emptyReply(500), parts.customHeaders);
      },
    );
    void parts.inFlight.track(replied);
  });
}

async function answer(parts: ServerParts, request: IncomingMessage): Promise<Reply> {
  const started = performance.now();
  const method = request.method ?? 'GET';
  const url = URL.parse(`http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`);
  if (url === null) return emptyReply(400);
  const foreign = whyForeign(request.headers, parts.knownNames);
  if (foreign !== undefined) {
    // Without the query, because it can have a token.
    parts.write('warning', `${method} ${url.pathname} 421: ${foreign}`);
    return refuseForeign(foreign);
  }
  if (isTooLarge(request)) return { ...emptyReply(413), headers: [['connection', 'close']] };

  if (isAdmin(url)) return answerAdmin(parts, request, url);
  const path = parts.decodeSlashes ? decodeSlashes(url.pathname) : url.pathname;
  if (parts.decodeSlashes) request.headersDistinct['x-waws-unencoded-url'] = [request.url ?? '/'];
  const found = findRoute(parts.routes, method, path);
  const reply = found ? await answerFunction(parts, request, { url, ...found }) : emptyReply(404);
  const name = found?.route.called.name ?? `${method} ${url.pathname}`;
  parts.write('information', `${name} ${reply.status}, ${Math.round(performance.now() - started)} ms`);
  return reply;
}

/** Returns a path as Azure's front end passes it on. */
function decodeSlashes(path: string): string {
  return path.replaceAll(/%2f|%5c|\\/gi, '/').replaceAll(/\/{2,}/g, '/');
}

/** Closes the connection, because the body of the request was not read. */
function refuseForeign(why: string): Reply {
  const { headers, ...reply } = textReply(421, why);
  return { ...reply, headers: [...headers, ['connection', 'close']] };
}

function isAdmin(url: URL): boolean {
  return url.pathname.startsWith('/admin/');
}

async function answerAdmin({ admin, authorize }: ServerParts, request: IncomingMessage, url: URL): Promise<Reply> {
  if (!authorize(request, url, 'admin')) return emptyReply(401);
  return admin({ method: request.method ?? 'GET', url, body: await readBody(request) });
}

type FoundRoute = { readonly url: URL } & NonNullable<ReturnType<typeof findRoute>>;

async function answerFunction(
  { authorize, invoke, write }: ServerParts,
  request: IncomingMessage,
  { url, route, parameters }: FoundRoute,
): Promise<Reply> {
  if (!authorize(request, url, route.authLevel)) return emptyReply(401);
  const { called } = route;
  if (isChunked(request))
    write('warning', `${called.name}: the body has no Content-Length and is dropped, as in the cloud`);
  const body = await readBody(request);
  try {
    return toReply(await invoke(called, { http: toRequestData(request, url, { parameters, body }) }));
  } catch (error) {
    write('error', `${called.name} failed: ${describeError(error)}`);
    return emptyReply(500);
  }
}
