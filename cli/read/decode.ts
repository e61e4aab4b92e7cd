/**
 * Decodes the bytes of a file piece by piece: by the byte order mark, else by the given encoding, else as UTF-8.
 *
 * Bytes that are invalid in the encoding become U+FFFD.
 */
export async function* decode(chunks: AsyncIterable<Uint8Array>, encoding: string | undefined): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let start: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    if (!decoder) {
      start = start.length === 0 ? chunk : Buffer.concat([start, chunk]);
      // A byte order mark has up to three bytes.
      if (start.length < 3) continue;
      decoder = new TextDecoder(encodingOf(start) ?? encoding ?? 'utf-8');
      yield decoder.decode(start, { stream: true });
    } else yield decoder.decode(chunk, { stream: true });
  }
  decoder ??= new TextDecoder(encodingOf(start) ?? encoding ?? 'utf-8');
  yield decoder.decode(start.length < 3 ? start : undefined);
}

/** Returns the encoding by the byte order mark, or by the zero bytes of Latin letters in UTF-16. */
function encodingOf([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first !== 0 && second === 0) return 'utf-16le';
  if (first === 0 && second !== 0) return 'utf-16be';
  return undefined;
}

/** Reports whether an encoding with this name is known. */
export function isEncoding(name: string): boolean {
  try {
    return Boolean(new TextDecoder(name));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
