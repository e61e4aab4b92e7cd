/**
 * What listens on this machine is for this machine. A page of another site can send requests here from its visitor's browser,
 * and read the answers once its own name leads to 127.0.0.1 (DNS rebinding); the names in the request give it away.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../shared/settings.ts';

/**
 * Says why a request is refused: its `Host` or `Origin` names neither this machine nor one of the `known` names. Undefined
 * if it does, or has none: tools send no `Origin`, and browsers always send a `Host`.
 */
export function whyForeign({ host, origin }: IncomingHttpHeaders, known: readonly string[] = []): string | undefined {
  const isOurs = (url: string): boolean => {
    const hostname = URL.parse(url)?.hostname;
    return hostname !== undefined && hostname !== '' && (isLoopback(hostname) || known.includes(hostname));
  };
  const names = [...new Set(['localhost', '127.0.0.1', '[::1]', ...known])].join(', ');
  if (host !== undefined && !isOurs(`http://${host}`)) {
    return `Cannot answer: the Host header is ${quoted(host)}. Allowed are ${names}.`;
  }
  if (origin !== undefined && !isOurs(origin)) {
    return `Cannot answer: the Origin header is ${quoted(origin)}. Allowed are pages of ${names}.`;
  }
  return undefined;
}

function quoted(header: string): string {
  return JSON.stringify(header.slice(0, 100));
}
