/** Reads the JSON body of a request. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { HttpRequest } from '@azure/functions';
import { shapeProblem } from './shape-problem.ts';
import { bodyTooLarge, bodyUnreadable } from '../messages/request-refusals.ts';

/** The largest body that is read, in bytes: 32 MiB. */
export const largestBody = 32 * 1024 * 1024;

/** Reads a body as JSON. Throws `PayloadTooLarge` above 32 MiB, and `InvalidBody` if it is not JSON in UTF-8. */
export async function readJson(request: HttpRequest): Promise<unknown> {
  const body = parseJson(await readBytes(request));
  // Parsing a large body blocks every other request, and so does validating it: let them run in between.
  await letOthersRun();
  return body;
}

/** Reads a body as {@link readJson} does; an empty one is an empty object. */
export async function readOptionalJson(request: HttpRequest): Promise<unknown> {
  const bytes = await readBytes(request);
  return bytes.length === 0 ? {} : parseJson(bytes);
}

async function readBytes(request: HttpRequest): Promise<Uint8Array> {
  // A declared length is refused before the body is decoded; the length read is what counts.
  if (Number(request.headers.get('content-length') ?? 0) > largestBody) throw bodyTooLarge(largestBody);
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > largestBody) throw bodyTooLarge(largestBody);
  return bytes;
}

function parseJson(bytes: Uint8Array): unknown {
  const problem = shapeProblem(bytes);
  if (problem) throw bodyUnreadable(problem);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    const reason = bytes.length === 0 ? 'it is empty' : (error as Error).message;
    throw bodyUnreadable(`it must be JSON in UTF-8, but ${reason}`);
  }
}
