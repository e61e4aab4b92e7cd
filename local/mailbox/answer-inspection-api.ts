/** The API for tests and for inspection: `/api`. */
import { jsonAnswer, type Answer } from './answer.ts';
import { noTraffic, setFaults, type MailboxState, type Traffic } from './state.ts';
import { parseFaults } from './parse-faults.ts';
import { parseJson, type Call } from './call.ts';
import { Refused } from './refused.ts';

type Respond = (state: MailboxState, call: Call) => Answer;

const nothing: Answer = { status: 204 };

const routes: Readonly<Record<string, Respond>> = {
  'GET /api/messages': ({ messages }) => jsonAnswer(200, { value: messages }),
  'DELETE /api/messages': (state) => {
    state.messages = [];
    return nothing;
  },
  'GET /api/requests': ({ sends, queries }) => jsonAnswer(200, { sends: counts(sends), queries: counts(queries) }),
  'DELETE /api/requests': (state) => {
    state.sends = { ...noTraffic(), passedMs: state.sends.passedMs };
    state.queries = { ...noTraffic(), passedMs: state.queries.passedMs };
    return nothing;
  },
  'GET /api/faults': (state) => jsonAnswer(200, faultsOf(state)),
  'POST /api/faults': (state, call) => {
    setFaults(state, parseFaults(parseJson(call)));
    return jsonAnswer(200, faultsOf(state));
  },
  'DELETE /api/faults': (state) => {
    setFaults(state, { next: [], nextQueries: [], limit: {}, queryLimit: {} });
    return nothing;
  },
};

/** Answers a request to `/api`. Returns undefined for any other request. */
export function answerInspectionApi(state: MailboxState, call: Call): Answer | undefined {
  const route = `${call.method} ${call.url.pathname}`;
  const id = /^GET \/api\/messages\/([^/]+)$/.exec(route)?.[1];
  return id === undefined ? routes[route]?.(state, call) : messageAnswer(state, id);
}

function messageAnswer({ messages }: MailboxState, id: string): Answer {
  const message = messages.find((candidate) => candidate.id === id);
  if (message === undefined) throw new Refused(404, 'NotFound', `There is no message "${id}"`);
  return jsonAnswer(200, message);
}

function counts({ accepted, repeated, refused }: Traffic): object {
  const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
  return { total: accepted + repeated + refusals, accepted, repeated, refused };
}

function faultsOf({ next, nextQueries, limit, queryLimit }: MailboxState): object {
  return { next, nextQueries, limit, queryLimit };
}
