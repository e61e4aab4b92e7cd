/** The wrapper of every HTTP handler: authorises the caller, answers, and turns every error into an answer. */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { toJsonText } from '../to-json-text.ts';
import { logEvent, noteCaller } from '../log-event.ts';
import { getServices, type Services } from '../services.ts';
import { tenantIdForm } from '../tenant-id.ts';
import { withinTime } from '../store/time-bounds.ts';
import { type Access, type Caller, identifyCaller, keyLevelOf, refuseStrangers } from './access.ts';
import { withHeadersOfAll } from './guards.ts';
import { type Refusal, refusalFor, toProblemDocument } from './problem.ts';

/** A call of a handler: the request, the services, the invocation, and the caller. */
export type Call = {
  readonly request: HttpRequest;
  readonly services: Services;
  readonly context: InvocationContext;
  readonly caller: Caller;
};

type WriteRefusal = (refusal: Refusal, context: InvocationContext) => HttpResponseInit | Promise<HttpResponseInit>;

/**
 * The part of a route's registration that {@link handle} makes: the key that the platform requires, and the handler.
 */
type Handled = { readonly authLevel: 'anonymous' | 'function' | 'admin'; readonly handler: HttpHandler };

/**
 * Returns the handler and the auth level of a route.
 *
 * A refusal becomes a problem document; storage that does not answer becomes a 503, and an unexpected error a 500.
 */
export function handle(
  access: Access,
  answer: (call: Call) => Promise<HttpResponseInit>,
  writeRefusal: WriteRefusal = toProblemDocument,
): Handled {
  const handler: HttpHandler = async (request, context) => {
    const services = getServices();
    const called = { function: context.functionName, tenant: tenantIn(request) };
    try {
      const caller = await identifyCaller(access, request, services);
      noteCaller(context, caller.name);
      // A function key was checked by the platform.
      if (services.accessTokens) refuseStrangers(access, request, caller);
      const { requestTimeoutSeconds } = services.settings;
      const call = { request, services, context, caller };
      const answered = await withinTime(requestTimeoutSeconds * 1_000, () => answer(call));
      // Routes for anyone reveal no tenant; a report logs itself that it was opened.
      if (caller.name !== null) logEvent(context, 'Request answered', { ...called, status: answered.status ?? 200 });
      return withHeadersOfAll(answered);
    } catch (error) {
      services.storage.noteFailure(error);
      const refusal = refusalFor(error);
      const { status, code } = refusal;
      logEvent(context, 'Request refused', { ...called, status, code });
      if (status === 503) context.error('Cannot answer now:', (error as Error).message);
      if (code === 'InternalError') context.error('Cannot answer, unexpectedly:', error);
      return withHeadersOfAll(await writeRefusal(refusal, context));
    }
  };
  return { authLevel: keyLevelOf(access, process.env), handler };
}

/** Returns the tenant id in a path; null if there is none, or if it cannot be one. */
function tenantIn({ params: { tenantId } }: HttpRequest): string | null {
  return tenantId !== undefined && tenantIdForm.test(tenantId) ? tenantId : null;
}

/** Answers with JSON. */
export function json(status: number, body: unknown): HttpResponseInit {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
    body: toJsonText(body),
  };
}
