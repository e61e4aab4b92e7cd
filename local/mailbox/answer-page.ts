/** The web page of the mailbox: `/` lists the messages, `/messages/{id}` shows one next to the list. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageScript } from './page-script.ts';
import { renderPage } from './render-page.ts';
import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import type { MailboxState } from './state.ts';

const style = readFileSync(join(import.meta.dirname, 'page.css'), 'utf8');

// The frame with the message inherits this: its inline styles are allowed, but no scripts, and nothing may be fetched.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Answers a request for the page, its style or its script. Returns undefined for any other request. */
export function answerPage({ messages }: MailboxState, { method, url }: Call): Answer | undefined {
  if (method !== 'GET') return undefined;
  if (url.pathname === '/page.css') return answer(200, 'text/css', style);
  if (url.pathname === '/page.js') return answer(200, 'text/javascript', pageScript);
  if (url.pathname === '/') return answer(200, 'text/html', renderPage(messages, 'none'));
  const id = /^\/messages\/([^/]+)$/.exec(url.pathname)?.[1];
  if (id === undefined) return undefined;
  const shown = messages.find((message) => message.id === id);
  return answer(shown ? 200 : 404, 'text/html', renderPage(messages, shown ?? 'gone'));
}

function answer(status: number, type: string, body: string): Answer {
  return {
    status,
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
    body,
  };
}
