/** Reads a file of any format. */
import { createReadStream } from 'node:fs';
import { readCsv } from './read-csv.ts';
import { decode } from './decode.ts';
import { detectFormat, type Format, mostLookedAt } from './detect-format.ts';
import { createJsonLinesReader, createJsonReader } from './create-json-reader.ts';
import { createLdifReader } from './create-ldif-reader.ts';
import type { Reader, Reading } from './reading.ts';

export type ReadOptions = {
  /** Detected if absent. */
  readonly format?: Format | undefined;
  /** The encoding of a file without a byte order mark; UTF-8 if absent. */
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly valueSeparator?: string | undefined;
  /** Receives the number of bytes in each piece that was read. */
  readonly onBytes?: (bytes: number) => void;
};

/** Reads a file in the order of its lines, and yields some readings at a time. `-` is the standard input. */
export async function* readFile(path: string, options: ReadOptions): AsyncGenerator<readonly Reading[]> {
  const bytes: AsyncIterable<Uint8Array> = path === '-' ? process.stdin : createReadStream(path);
  const texts = decode(counted(bytes, options.onBytes), options.encoding);
  const { format, all } = await withFormat(texts, options.format);
  if (format === 'csv') yield* readCsv(all, options);
  else yield* readPieces(all, createReader(format));
}

function createReader(format: Exclude<Format, 'csv'>): Reader {
  switch (format) {
    case 'ldif':
      return createLdifReader();
    case 'json':
      return createJsonReader();
    case 'ndjson':
      return createJsonLinesReader();
  }
}

async function* readPieces(texts: AsyncIterable<string>, reader: Reader): AsyncGenerator<readonly Reading[]> {
  for await (const text of texts) yield reader.push(text);
  yield reader.end();
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: ((bytes: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

async function withFormat(
  texts: AsyncGenerator<string>,
  given: Format | undefined,
): Promise<{ readonly format: Format; readonly all: AsyncIterable<string> }> {
  let start = '';
  let format = given;
  while (!format) {
    const next = await texts.next();
    if (!next.done) start += next.value;
    format = detectFormat(start, next.done === true) ?? (start.length > mostLookedAt ? 'csv' : undefined);
  }
  return { format, all: joined(start, texts) };
}

async function* joined(start: string, texts: AsyncIterable<string>): AsyncGenerator<string> {
  yield start;
  yield* texts;
}
