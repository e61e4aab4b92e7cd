/** Answers with CSV: who asks for it, and how it is sent. */
import { ReadableStream } from 'node:stream/web';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { guards } from './guards.ts';

/** Tells whether a request asks for CSV: by `format`, else by an `Accept` that prefers `text/csv` to JSON. */
export function wantsCsv(request: HttpRequest, format: 'csv' | 'json' | undefined): boolean {
  if (format) return format === 'csv';
  const ranges = (request.headers.get('accept') ?? '').split(',').map(parseRange);
  const quality = (type: string): number => ranges.find((range) => range.type === type)?.quality ?? 0;
  return quality('text/csv') > quality('application/json');
}

function parseRange(range: string): { readonly type: string; readonly quality: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { type, quality: quality ? Number(quality.slice(2)) : 1 };
}

/**
 * Answers with CSV as a stream, part by part.
 *
 * The first part is awaited, so that storage that does not answer is refused as everywhere. If it stops later, the
 * answer fails: nobody gets a part of a file for the whole. Unless HTTP streaming is enabled, which it is not
 * (`docs/decisions/006-csv-goes-as-a-stream.md`), the platform's library collects the stream before it sends it.
 */
export async function csv(fileName: string, parts: AsyncGenerator<string>): Promise<HttpResponseInit> {
  const first = await parts.next();
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${fileName}"`,
      ...guards,
      Vary: 'Accept',
    },
    body: ReadableStream.from(bytesOf(first, parts)),
  };
}

async function* bytesOf(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  if (!first.done) yield encoder.encode(first.value);
  for await (const part of rest) yield encoder.encode(part);
}
