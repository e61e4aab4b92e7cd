/** Answers with HTML, under a policy that lets nothing run or load but what the page itself was written with. */
import type { HttpResponseInit } from '@azure/functions';
import { guards } from './guards.ts';

/** Answers with a page. Only style and script with the `nonce` may run. */
export function html(
  status: number,
  body: string,
  { nonce, headers = {} }: { readonly nonce: string; readonly headers?: Readonly<Record<string, string>> },
): HttpResponseInit {
  return {
    status,
    headers: {
      ...guards,
      ...headers,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy(nonce),
    },
    body,
  };
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    // The icon of the page is a part of it.
    'img-src data:',
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}
