/** Sends the separators of lines and paragraphs, U+2028 and U+2029, as escapes of JSON. */
import type { PipelinePolicy } from './time-bounds.ts';

const separator = /[\u2028\u2029]/;
const separators = /[\u2028\u2029]/g;
const escapes: Readonly<Record<string, string>> = { '\u2028': '\\u2028', '\u2029': '\\u2029' };

/**
 * Writes both characters as `\u2028` and `\u2029` in the body of a request. RFC 8259, section 7.
 *
 * A body is JSON, or a transaction of JSON, and JSON has them only inside strings, so its meaning stays. Azurite reads a
 * part of a transaction with a pattern that ends at either of them; it then refuses all later transactions of all tenants.
 */
export const escapeSeparators: PipelinePolicy = {
  name: 'escapeSeparators',
  sendRequest(request, next) {
    const { body, headers } = request;
    if (typeof body === 'string' && separator.test(body)) {
      request.body = body.replace(separators, (character) => escapes[character] ?? character);
      // Where it is not set, the client sets it when it sends the body.
      if (headers.has('Content-Length')) headers.set('Content-Length', `${Buffer.byteLength(request.body)}`);
    }
    return next(request);
  },
};
