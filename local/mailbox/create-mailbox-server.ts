import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerInspectionApi } from './answer-inspection-api.ts';
import { answerMailApi } from './answer-mail-api.ts';
import { answerPage } from './answer-page.ts';
import { readCall, type Call } from './call.ts';
import { whyForeign } from '../why-foreign.ts';
import { refusalAnswer, type Answer } from './answer.ts';
import { Refused } from './refused.ts';
import type { MailboxState } from './state.ts';

/** Returns the HTTP server of a mailbox, not yet listening. */
export function createMailboxServer(state: MailboxState): Server {
  return createServer((request, response) => {
    answer(state, request)
      .then((answered) => send(response, answered))
      .catch((error: unknown) => {
        // If the request is incomplete, its client has disconnected. Anything else is a defect of the mailbox.
        if (request.complete) console.error(error);
        response.destroy();
      });
  });
}

async function answer(state: MailboxState, request: IncomingMessage): Promise<Answer> {
  try {
    const foreign = whyForeign(request.headers);
    if (foreign !== undefined) throw new Refused(421, 'MisdirectedRequest', foreign);
    return route(state, await readCall(request));
  } catch (error) {
    if (error instanceof Refused) return refusalAnswer(error);
    throw error;
  }
}

function route(state: MailboxState, call: Call): Answer {
  const answered = answerMailApi(state, call) ?? answerInspectionApi(state, call) ?? answerPage(state, call);
  if (answered !== undefined) return answered;
  throw new Refused(404, 'NotFound', `There is nothing at "${call.method} ${call.url.pathname}"`);
}

async function send(response: ServerResponse, { status, headers, body, delayMs, isLost }: Answer): Promise<void> {
  if (delayMs !== undefined) await sleep(delayMs, undefined, { ref: false });
  if (isLost) return void response.destroy();
  response.writeHead(status, headers).end(body);
}
