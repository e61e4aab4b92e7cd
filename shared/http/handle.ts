/** The one wrapper of every HTTP handler. */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { getServices, type Services } from '../services.ts';
import { isUnavailable } from '../store/table.ts';
import { type Refusal, refusalFor, toProblemDocument } from './problem.ts';

/** What a handler is given: the request, the services, and the invocation's log. */
export type Call = {
  readonly request: HttpRequest;
  readonly services: Services;
  readonly context: InvocationContext;
};

type WriteRefusal = (refusal: Refusal, context: InvocationContext) => HttpResponseInit;

/** Wraps a handler: refusals become problem documents, and storage that does not answer 503; all else flies. */
export function handle(
  answer: (call: Call) => Promise<HttpResponseInit>,
  writeRefusal: WriteRefusal = toProblemDocument,
): HttpHandler {
  return async (request, context) => {
    const services = getServices();
    try {
      return await answer({ request, services, context });
    } catch (error) {
      services.storage.noteFailure(error);
      const refusal = refusalFor(error);
      if (!refusal) throw error;
      if (isUnavailable(error)) context.error('The storage does not answer:', (error as Error).message);
      return writeRefusal(refusal, context);
    }
  };
}

/** Answers with JSON. */
export function json(status: number, body: unknown): HttpResponseInit {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
    body: JSON.stringify(body),
  };
}
