/** Answers with JSON that contains a long list, written piece by piece. */
import { ReadableStream } from 'node:stream/web';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { HttpResponseInit } from '@azure/functions';
import { toJsonText } from '../to-json-text.ts';

const bytesOfPiece = 64 * 1024;

/**
 * Answers 200 with an object whose last property is a list.
 *
 * Each entry is made and written in its turn. The platform's library collects the bytes before it sends them, but there
 * is never one text of the whole, which JavaScript limits to half a gigabyte, nor all entries at once. Other requests
 * get their turn between two pieces.
 */
export function jsonWithList(
  head: Readonly<Record<string, unknown>>,
  name: string,
  entries: Iterable<unknown>,
): HttpResponseInit {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
    body: ReadableStream.from(piecesOf(head, name, entries)),
  };
}

async function* piecesOf(
  head: Readonly<Record<string, unknown>>,
  name: string,
  entries: Iterable<unknown>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = `${toJsonText(head).slice(0, -1)},${toJsonText(name)}:[`;
  let separator = '';
  for (const entry of entries) {
    text += separator + toJsonText(entry);
    separator = ',';
    if (text.length < bytesOfPiece) continue;
    yield encoder.encode(text);
    text = '';
    await letOthersRun();
  }
  yield encoder.encode(`${text}]}`);
}
