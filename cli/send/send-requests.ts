/** Sends the planned requests, and stores each answer in the state file. */
import pMap from 'p-map';
import { UnreachableError } from '../exit-codes.ts';
import type { Requests } from '../plan/cut-requests.ts';
import type { Delivery, PlannedObject, Sent } from '../state/sent.ts';
import type { ExportAnswer, OperationResult } from './export-answer.ts';
import { RefusedError, type Service } from './service.ts';

type SendOptions = {
  readonly service: Service;
  readonly sent: Sent;
  /** How many requests are sent at the same time. */
  readonly atOnce: number;
  /** Whether each request allows the number of deletes that it has. */
  readonly allowDeletes: boolean;
  /** Receives the results of each answer. */
  readonly onAnswer: (results: readonly OperationResult[]) => void;
};

/**
 * Sends requests by their numbers. Returns the objects that could not be updated because the service does not have them.
 *
 * If a request throws, no further request is sent; the error is thrown again once the requests under way have ended.
 */
export async function sendRequests(requests: Requests, options: SendOptions): Promise<readonly PlannedObject[]> {
  const unknown: PlannedObject[] = [];
  let failure: Error | undefined;
  const send = async (request: number): Promise<void> => {
    if (failure) return;
    try {
      unknown.push(...(await sendRequest(request, options)));
    } catch (error) {
      failure ??= error as Error;
    }
  };
  for (const request of requests.inOrder) await send(request);
  await pMap(requests.sideBySide, send, { concurrency: options.atOnce });
  if (failure) throw failure;
  return unknown;
}

async function sendRequest(request: number, options: SendOptions): Promise<readonly PlannedObject[]> {
  const { sent, onAnswer } = options;
  const objects = sent.objectsOf(request);
  sent.begin(objects);
  try {
    const answer = await post(objects, options);
    const answered = pair(objects, checkResults(answer, objects));
    const doneOf = new Map(answered.map(({ object, results }) => [object.seq, doneBy(results)]));
    sent.end(objects, ({ seq }) => doneOf.get(seq) ?? 'failed');
    // An object that the service does not have is sent again: only that result counts.
    onAnswer(answered.flatMap(({ object, results }) => (doneOf.get(object.seq) === 'unknown' ? [] : results)));
    return objects.filter(({ seq }) => doneOf.get(seq) === 'unknown');
  } catch (error) {
    if (error instanceof RefusedError) sent.cancel(objects);
    throw error;
  }
}

async function post(objects: readonly PlannedObject[], options: SendOptions): Promise<unknown> {
  const { service, allowDeletes } = options;
  const deletes = objects.filter(({ kind, count }) => kind === 'delete' || count === 2).length;
  const permission = allowDeletes && deletes > 0 ? deletes : undefined;
  try {
    return await service.json('/exports', { method: 'POST', body: bodyOf(objects, permission) });
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 409 || permission === undefined) throw error;
    const fewer = await numberOfDeletes(service);
    if (fewer === undefined || fewer >= permission) throw error;
    return service.json('/exports', { method: 'POST', body: bodyOf(objects, fewer) });
  }
}

function bodyOf(objects: readonly PlannedObject[], allowDeletes: number | undefined): string {
  const operations = objects.map((object) => object.operations).join(',');
  return `{"operations":[${operations}]${allowDeletes === undefined ? '' : `,"allowDeletes":${allowDeletes}`}}`;
}

/**
 * Returns how many objects the export that was refused last would have deleted; undefined if the caller may not read that.
 *
 * The service counts only objects that exist. Some of them may have been deleted by others, so there can be fewer.
 */
async function numberOfDeletes(service: Service): Promise<number | undefined> {
  try {
    const { refusedExport } = (await service.json('')) as { refusedExport?: { deletes?: number } | null };
    return refusedExport?.deletes;
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}

function checkResults(answer: unknown, objects: readonly PlannedObject[]): readonly OperationResult[] {
  const results: unknown = (answer as Partial<ExportAnswer> | null)?.results;
  const expected = objects.reduce((sum, { count }) => sum + count, 0);
  if (Array.isArray(results) && results.length === expected) return results as readonly OperationResult[];
  throw new UnreachableError(
    `Cannot read the answer: it does not have a result for each of the ${expected} operations. Check --url.`,
  );
}

type Answered = { readonly object: PlannedObject; readonly results: readonly OperationResult[] };

/** Pairs each object with the results of its one or two operations. */
function pair(objects: readonly PlannedObject[], results: readonly OperationResult[]): readonly Answered[] {
  let next = 0;
  return objects.map((object) => {
    const start = next;
    next += object.count;
    return { object, results: results.slice(start, next) };
  });
}

/** An object with two operations is done when both are. */
function doneBy(results: readonly OperationResult[]): Delivery {
  const failed = results.find(({ outcome }) => outcome === 'failed');
  if (!failed) return 'done';
  return failed.errors.some(({ code }) => code === 'ObjectNotFound') ? 'unknown' : 'failed';
}
