/** The one wrapper of every HTTP handler. */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { getServices, type Services } from '../services.ts';
import { isUnavailable } from '../store/table.ts';
import { problemFor } from './problem.ts';

/** What a handler is given: the request, the services, and the invocation's log. */
export type Call = {
  readonly request: HttpRequest;
  readonly services: Services;
  readonly context: InvocationContext;
};

/** Wraps a handler: refusals become problem documents, and storage that does not answer 503; all else flies. */
export function handle(answer: (call: Call) => Promise<HttpResponseInit>): HttpHandler {
  return async (request, context) => {
    const services = getServices();
    try {
      return await answer({ request, services, context });
    } catch (error) {
      services.storage.noteFailure(error);
      const problem = problemFor(error);
      if (!problem) throw error;
      if (isUnavailable(error)) context.error('The storage does not answer:', (error as Error).message);
      return problem;
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
