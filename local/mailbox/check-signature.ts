/**
 * The signature of a request to Azure Communication Services, by access key:
 * `Authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=<base64>`.
 *
 * https://learn.microsoft.com/azure/communication-services/tutorials/hmac-header-tutorial
 */
import { createHash, createHmac } from 'node:crypto';
import { denied } from './refused.ts';
import type { Call } from './call.ts';

const signedHeaders = 'x-ms-date;host;x-ms-content-sha256';
const clockToleranceMs = 15 * 60 * 1000;

/** Refuses a request unless it is signed with the access key, its date is near enough, and its body is the one that was signed. */
export function checkSignature(
  { method, target, headers, body }: Call,
  { accessKey, now }: { readonly accessKey: string; readonly now: Date },
): void {
  const date = text(headers['x-ms-date']);
  const bodyHash = text(headers['x-ms-content-sha256']);
  const toSign = `${method}\n${target}\n${date};${text(headers.host)};${bodyHash}`;
  const signature = createHmac('sha256', Buffer.from(accessKey, 'base64')).update(toSign).digest('base64');
  const isValid =
    headers.authorization === `HMAC-SHA256 SignedHeaders=${signedHeaders}&Signature=${signature}` &&
    bodyHash === createHash('sha256').update(body).digest('base64') &&
    Math.abs(now.getTime() - Date.parse(date)) <= clockToleranceMs;
  if (!isValid) throw denied();
}

function text(header: string | string[] | undefined): string {
  return String(header ?? '');
}
