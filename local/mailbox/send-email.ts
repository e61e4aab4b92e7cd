import { randomUUID } from 'node:crypto';
import { passFault, passLimit, withFault } from './pass-limit.ts';
import { invalidAddress, operationIdTaken, Refused } from './refused.ts';
import { jsonAnswer, pollAgain, type Answer } from './answer.ts';
import { parseEmailMessage, type EmailMessage } from './email-message.ts';
import { parseJson, type Call } from './call.ts';
import { takeFault, type SendFault } from './parse-faults.ts';
import type { MailboxState, ReceivedMessage } from './state.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * `POST /emails:send`: accepts a message, and starts the operation that delivers it.
 *
 * The same `Operation-Id` with the same message gets the same answer again, and nothing is delivered a second time.
 */
export function sendEmail(state: MailboxState, call: Call): Answer {
  const id = operationIdOf(call);
  const message = parseEmailMessage(parseJson(call));
  const { fault, rest } = takeFault(state.next, message);
  state.next = rest;
  passFault(fault);
  passLimit(state, state.sends, state.limit);
  if (fault?.kind === 'refuseRecipient') throw invalidAddress();
  accept(state, id, message, fault);
  return withFault(acceptedAnswer(call, id), fault);
}

function operationIdOf({ headers }: Call): string {
  const id = headers['operation-id'] ?? randomUUID();
  if (typeof id === 'string' && uuid.test(id)) return id;
  throw new Refused(400, 'BadRequest', `The header Operation-Id is not a UUID: "${String(id)}"`);
}

function accept(state: MailboxState, id: string, message: EmailMessage, fault: SendFault | undefined): void {
  const content = JSON.stringify(message);
  const earlier = state.operations.get(id);
  if (earlier !== undefined) {
    if (earlier.content !== content) throw operationIdTaken(id);
    state.sends.repeated += 1;
    return;
  }
  const error = fault?.kind === 'failOperation' ? { code: fault.code, message: fault.message } : null;
  state.operations.set(id, { content, error, wasQueried: false });
  state.sends.accepted += 1;
  if (error === null) state.messages = [toReceived(id, message), ...state.messages];
}

function toReceived(id: string, message: EmailMessage): ReceivedMessage {
  const { senderAddress, content, recipients, replyTo, headers, attachments } = message;
  return {
    id,
    receivedAt: new Date().toISOString(),
    senderAddress,
    ...recipients,
    replyTo,
    subject: content.subject,
    plainText: content.plainText ?? null,
    html: content.html ?? null,
    headers,
    attachments: attachments.map(({ name, contentType }) => ({ name, contentType })),
  };
}

function acceptedAnswer({ headers, url }: Call, id: string): Answer {
  const location = `http://${headers.host ?? 'localhost'}/emails/operations/${id}${url.search}`;
  return jsonAnswer(202, { id, status: 'Running', error: null }, { 'operation-location': location, ...pollAgain });
}
