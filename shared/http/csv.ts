/** Answers with CSV. */
import { ReadableStream } from 'node:stream/web';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { guards } from './guards.ts';
import { csvTooLarge } from '../messages/request-refusals.ts';

/** Reports whether a request prefers CSV: by `format`, or by an `Accept` that prefers `text/csv` to JSON. */
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

/** The most that a file has, in bytes. */
const largestFile = 128 * 1024 * 1024;

/**
 * Answers with CSV. The parts are written one by one, so that only the text is in memory.
 *
 * The file is complete before the answer starts, because the platform's library would collect it anyway
 * (`docs/decisions/006-csv-is-collected.md`). So a storage failure is a 503 as everywhere, no client takes a part of a
 * file for the whole, and a file above 128 MiB is refused with advice.
 */
export async function csv(fileName: string, parts: AsyncIterable<string>): Promise<HttpResponseInit> {
  const encoder = new TextEncoder();
  const file: Uint8Array[] = [];
  let size = 0;
  for await (const part of parts) {
    const bytes = encoder.encode(part);
    size += bytes.length;
    if (size > largestFile) throw csvTooLarge(largestFile);
    file.push(bytes);
  }
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${fileName}"`,
      ...guards,
      Vary: 'Accept',
    },
    body: ReadableStream.from(file),
  };
}
