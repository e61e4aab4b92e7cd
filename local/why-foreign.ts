/**
 * Servers on this machine are for this machine only. A page of another site can send requests to them from the browser of
 * its visitor, and can read the answers once its own name resolves to 127.0.0.1 (DNS rebinding). The `Host` or `Origin`
 * header of such a request still has the foreign name.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../shared/settings.ts';

/**
 * Returns why a request must be refused: its `Host` or `Origin` is neither this machine nor a known name. Returns undefined
 * if both are allowed or absent: tools send no `Origin`, and browsers always send a `Host`.
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
