/** The API for an `EmailClient`: the REST API of Azure Communication Services Email. */
import { checkSignature } from './check-signature.ts';
import { countingRefusals } from './pass-limit.ts';
import { queryOperation } from './query-operation.ts';
import { Refused } from './refused.ts';
import { sendEmail } from './send-email.ts';
import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import type { MailboxState } from './state.ts';

const versions = ['2023-03-31', '2025-09-01'];

/** Answers a request of the mail API. Returns undefined for any other request. */
export function answerMailApi(state: MailboxState, call: Call): Answer | undefined {
  const route = `${call.method} ${call.url.pathname}`;
  if (route === 'POST /emails:send') {
    return countingRefusals(state.sends, () => {
      check(state, call);
      return sendEmail(state, call);
    });
  }
  const id = /^GET \/emails\/operations\/([^/]+)$/.exec(route)?.[1];
  if (id === undefined) return undefined;
  return countingRefusals(state.queries, () => {
    check(state, call);
    return queryOperation(state, id);
  });
}

function check({ accessKey, now }: MailboxState, call: Call): void {
  checkSignature(call, { accessKey, now: now() });
  const version = call.url.searchParams.get('api-version');
  if (version === null) throw new Refused(400, 'ApiVersionUnspecified', 'An API version is required');
  if (versions.includes(version)) return;
  const message = `The API version "${version}" is not supported. Supported are ${versions.join(', ')}`;
  throw new Refused(400, 'UnsupportedApiVersion', message);
}
