/**
 * Checks the shape of JSON before it is parsed: parsed JSON takes many times its size in memory, most of all if it is
 * nested.
 */

/** The deepest nesting of lists and objects; requests need at most five. */
export const deepest = 64;

/** How many entries the outermost list or object may have: no body has more than a dozen properties. */
export const mostEntries = 100;

/** How many lists and objects there may be: an export of the most operations, each with 39 lists among its attributes. */
export const mostContainers = 1_000_000;

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Returns the problem with the shape of JSON in UTF-8; undefined if there is none, or if it is not JSON at all. */
export function shapeProblem(bytes: Uint8Array): string | undefined {
  let depth = 0;
  let containers = 0;
  let entries = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = endOfString(bytes, at);
    else if (byte === comma && depth === 1) {
      if (++entries > mostEntries) return `its outermost list or object has more than ${mostEntries} entries`;
    } else if (byte === closeList || byte === closeObject) depth--;
    else if (byte === openList || byte === openObject) {
      if (++depth > deepest) return `lists and objects lie more than ${deepest} deep in one another`;
      if (++containers > mostContainers) return `it has more than ${mostContainers} lists and objects`;
    }
  }
  return undefined;
}

/** Returns the position of the quote that ends a string, or the end of the bytes. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}
