/** The one wrapper of every HTTP handler: who may call, what is answered, how a refusal looks. */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { toJsonText } from '../json-text.ts';
import { logEvent } from '../log-event.ts';
import { getServices, type Services } from '../services.ts';
import { tenantIdForm } from '../store/tenants.ts';
import { withinTime } from '../store/time-bounds.ts';
import { type Access, keyLevelOf, refuseStrangers } from './access.ts';
import { type Refusal, refusalFor, toProblemDocument } from './problem.ts';

/** What a handler is given: the request, the services, and the invocation's log. */
export type Call = {
  readonly request: HttpRequest;
  readonly services: Services;
  readonly context: InvocationContext;
};

type WriteRefusal = (refusal: Refusal, context: InvocationContext) => HttpResponseInit | Promise<HttpResponseInit>;

/** What a registration takes of a handled route: the key that the platform asks for, and the handler. */
export type Handled = { readonly authLevel: 'anonymous' | 'function' | 'admin'; readonly handler: HttpHandler };

/**
 * Makes a route's handler and auth level out of who may call it and what is answered to them.
 *
 * Refusals become problem documents, and storage that does not answer 503; all else flies.
 */
export function handle(
  access: Access,
  answer: (call: Call) => Promise<HttpResponseInit>,
  writeRefusal: WriteRefusal = toProblemDocument,
): Handled {
  const handler: HttpHandler = async (request, context) => {
    const services = getServices();
    try {
      await refuseStrangers(access, request, services);
      const { requestTimeoutSeconds } = services.settings;
      return await withinTime(requestTimeoutSeconds * 1_000, () => answer({ request, services, context }));
    } catch (error) {
      services.storage.noteFailure(error);
      const refusal = refusalFor(error);
      if (!refusal) throw error;
      const { status, code } = refusal;
      const { functionName } = context;
      logEvent(context, 'Request refused', { function: functionName, tenant: tenantIn(request), status, code });
      if (status === 503) context.error('Cannot answer now:', (error as Error).message);
      return await writeRefusal(refusal, context);
    }
  };
  return { authLevel: keyLevelOf(access, process.env), handler };
}

/** Gives the tenant that a path names, where that can be one. */
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
