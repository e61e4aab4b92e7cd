/** Sends the line and paragraph separators, U+2028 and U+2029, as JSON escapes. */
import type { PipelinePolicy } from './time-bounds.ts';

const separator = /[\u2028\u2029]/;
const separators = /[\u2028\u2029]/g;
const escapes: Readonly<Record<string, string>> = { '\u2028': '\\u2028', '\u2029': '\\u2029' };

/**
 * Writes both characters as `\u2028` and `\u2029` in the body of a request. RFC 8259, section 7.
 *
 * A body is JSON, or a transaction of JSON parts, and JSON has them only in strings, so the meaning stays the same. Azurite
 * reads each part of a transaction with a pattern that ends at such a character; after that it refuses all transactions.
 */
export const escapeSeparators: PipelinePolicy = {
  name: 'escapeSeparators',
  sendRequest(request, next) {
    const { body, headers } = request;
    if (typeof body === 'string' && separator.test(body)) {
      request.body = body.replace(separators, (character) => escapes[character] ?? character);
      // If it is not set yet, the client sets it when it sends the body.
      if (headers.has('Content-Length')) headers.set('Content-Length', `${Buffer.byteLength(request.body)}`);
    }
    return next(request);
  },
};
