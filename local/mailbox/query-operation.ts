import { passFault, passLimit, withFault } from './pass-limit.ts';
import { jsonAnswer, pollAgain, type Answer } from './answer.ts';
import { noSuchOperation } from './refused.ts';
import type { MailboxState, MailOperation } from './state.ts';

/** `GET /emails/operations/{id}`: the status of a delivery. It is running at the first query, and has ended at the second. */
export function queryOperation(state: MailboxState, id: string): Answer {
  const [fault, ...rest] = state.nextQueries;
  state.nextQueries = rest;
  passFault(fault);
  passLimit(state, state.queries, state.queryLimit);
  const operation = state.operations.get(id);
  if (operation === undefined) throw noSuchOperation(id);
  state.queries.accepted += 1;
  return withFault(statusAnswer(id, operation), fault);
}

function statusAnswer(id: string, operation: MailOperation): Answer {
  if (!operation.wasQueried) {
    operation.wasQueried = true;
    return jsonAnswer(200, { id, status: 'Running', error: null }, pollAgain);
  }
  const status = operation.error === null ? 'Succeeded' : 'Failed';
  return jsonAnswer(200, { id, status, error: operation.error });
}
