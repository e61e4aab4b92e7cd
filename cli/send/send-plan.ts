/** Sends what is planned, request by request, and has the state file learn each answer. */
import pMap from 'p-map';
import { UnreachableError } from '../failures.ts';
import type { Requests } from '../plan/cut-requests.ts';
import type { Done, PlannedObject, Sent } from '../state/sent.ts';
import type { ExportAnswer, Result } from './answers.ts';
import { RefusedError, type Service } from './service.ts';

export type SendOptions = {
  readonly service: Service;
  readonly sent: Sent;
  /** How many requests are under way at once. */
  readonly atOnce: number;
  /** Whether each request says how many deletes it means. */
  readonly allowDeletes: boolean;
  /** Is told each answer. */
  readonly onAnswer: (results: readonly Result[]) => void;
};

/**
 * Sends requests by their numbers. Gives the objects that were to be updated, and that the service does not have.
 *
 * Throws what a request threw; those that are under way at that moment are waited for.
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
    // What the service does not have is sent again, and counts by what comes of that.
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
 * Gives how many objects the export that was refused last would have deleted; undefined where that may not be asked.
 *
 * The service wants the number of those that exist. Some may be gone without this side knowing: fewer than were allowed.
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

function checkResults(answer: unknown, objects: readonly PlannedObject[]): readonly Result[] {
  const results: unknown = (answer as Partial<ExportAnswer> | null)?.results;
  const expected = objects.reduce((sum, { count }) => sum + count, 0);
  if (Array.isArray(results) && results.length === expected) return results as readonly Result[];
  throw new UnreachableError(
    `Cannot go on: the answer to ${expected} operations has no result for each. Is this the service's address?`,
  );
}

type Answered = { readonly object: PlannedObject; readonly results: readonly Result[] };

/** Gives each object the results of its operations: one, or two. */
function pair(objects: readonly PlannedObject[], results: readonly Result[]): readonly Answered[] {
  let next = 0;
  return objects.map((object) => {
    const own = results.slice(next, next + object.count);
    next += object.count;
    return { object, results: own };
  });
}

/** An object of two operations is done when both are. */
function doneBy(results: readonly Result[]): Done {
  const failed = results.find(({ outcome }) => outcome === 'failed');
  if (!failed) return 'done';
  return failed.errors.some(({ code }) => code === 'ObjectNotFound') ? 'unknown' : 'failed';
}
