import { validateHeaderName, validateHeaderValue } from 'node:http';
import { emptyReply, type Reply } from './reply.ts';
import type { CookieData, HttpResponseData, InvocationResponse } from './programming-model.ts';

const sameSite = { none: undefined, lax: 'Lax', strict: 'Strict', explicitNone: 'None' } as const;

/** Converts the response of the library to a reply: 204 if the handler returned nothing, as in the cloud. */
export function toReply({ returnValue }: InvocationResponse): Reply {
  if (returnValue === null || returnValue === undefined) return emptyReply(204);
  const { statusCode, headers, cookies, body } = returnValue.http as HttpResponseData;
  const fields = [
    ...Object.entries(headers).filter(([name]) => !isSetByTheServer(name)),
    ...cookies.map((cookie) => ['set-cookie', serializeCookie(cookie)] as const),
  ];
  for (const [name, value] of fields) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  return { status: Number(statusCode), headers: fields, body: body?.bytes ?? new Uint8Array() };
}

function isSetByTheServer(name: string): boolean {
  return ['content-length', 'transfer-encoding', 'connection'].includes(name.toLowerCase());
}

/** Returns a Set-Cookie header. Name and value are percent-encoded, and the path is `/` by default, as in ASP.NET. */
function serializeCookie(cookie: CookieData): string {
  const expires = cookie.expires && new Date(cookie.expires.value.seconds * 1000).toUTCString();
  const attributes: readonly (string | false | undefined)[] = [
    `${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`,
    expires && `expires=${expires}`,
    cookie.maxAge && `max-age=${cookie.maxAge.value}`,
    cookie.domain && `domain=${cookie.domain.value}`,
    `path=${cookie.path?.value ?? '/'}`,
    cookie.secure?.value === true && 'secure',
    sameSite[cookie.sameSite] && `samesite=${sameSite[cookie.sameSite]?.toLowerCase()}`,
    cookie.httpOnly?.value === true && 'httponly',
  ];
  return attributes.filter(Boolean).join('; ');
}
