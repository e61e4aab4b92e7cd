/** Refusals in the shape of Microsoft Graph. */
import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { toJsonText } from '../../to-json-text.ts';
import type { Refusal } from '../problem.ts';

/** Writes a refusal as Graph does: `{ error: { code, message, innerError } }`. */
export function toGraphError({ code, status, headers, detail }: Refusal, context: InvocationContext): HttpResponseInit {
  const graphCode = code === 'UnsupportedQuery' ? 'Request_UnsupportedQuery' : codes[status];
  const innerError = { date: new Date().toISOString(), 'request-id': context.invocationId };
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: toJsonText({ error: { code: graphCode ?? 'generalException', message: detail, innerError } }),
  };
}

const codes: Readonly<Record<number, string>> = {
  400: 'Request_BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  410: 'Request_ResourceNotFound',
  503: 'ServiceUnavailable',
};
