/**
 * Refuses an export whose answer would not fit in memory.
 *
 * A result shows its whole object, so a short operation on an object with hundreds of long addresses, all of them in
 * conflict, is answered with megabytes. Such an export is refused before anything is written.
 */
import { type DirectoryObject, heldValues, proxyAddressesOf, quarantinedKey } from '../../directory/objects.ts';
import type { ExportPlan, OperationResult } from '../../directory/export/plan-export.ts';
import { holderFrom, type ProvisioningError, referenceTo } from '../../directory/provisioning-error.ts';
import type { ValueKey } from '../../directory/values.ts';
import { operationFailureMessage } from '../../messages/operation-failures.ts';
import { quarantineMessage } from '../../messages/provisioning-errors.ts';
import { toJsonText } from '../../to-json-text.ts';
import type { Partition } from '../../store/partition.ts';
import type { KnownRows } from '../../store/write-context.ts';
import { quarantinedOn, findHolders, type HolderLookup, provisioningErrorsOf } from '../queries/find-holders.ts';
import { answerGrew, answerTooLarge } from '../../messages/refusals.ts';

/** The largest answer to an export, in bytes. */
export const largestAnswer = 128 * 1024 * 1024;

/** Returns the provisioning errors of an object. */
export type ErrorsOf = (object: DirectoryObject) => readonly ProvisioningError[];

/** The known rows, the plan, and whether a part of the export may be written already. */
type AnswerContext = {
  readonly partition: Partition;
  readonly known: KnownRows;
  readonly plan: ExportPlan;
  readonly isBegun: boolean;
};

/**
 * Refuses planned results that are too large. Changes by other exports until the answer is written are not included.
 *
 * Throws `PayloadTooLarge` before anything is written, and `StorageBusy` if the results became too large afterwards.
 */
export async function refuseLargeAnswer(results: readonly OperationResult[], context: AnswerContext): Promise<void> {
  if (sum(results, mostOf) <= largestAnswer) return;
  if (sum(results, leastOf) > largestAnswer) throw tooLarge(context);
  const holders = await findHoldersPlanned(results, context);
  const errorsOf: ErrorsOf = (object) => provisioningErrorsOf(object, holders);
  if (sum(results, (result) => bytesOf(result, errorsOf)) > largestAnswer) throw tooLarge(context);
}

/** Adds up sizes, and stops as soon as the sum is too large. */
function sum(results: readonly OperationResult[], sizeOf: (result: OperationResult) => number): number {
  let size = 0;
  for (const result of results) {
    size += sizeOf(result);
    if (size > largestAnswer) return size;
  }
  return size;
}

/** A character of a text takes at most six bytes of JSON, as an escape; a character of JSON at most three. */
const widest = 6;
const widestInJson = 3;

/** The bytes of an error besides its own object: its message, and the longest names that a holder can have. */
const mostOfError = 6_600;
const leastOfError = 500;
const mostOfResult = 2_000;
const bytesOfResult = 500;

/** Returns the most bytes that a result can take, whatever the holders are called. */
function mostOf({ object, failure, newlyQuarantined }: OperationResult): number {
  const own = mostOfResult + widest * (failure ? operationFailureMessage(failure).length : 0);
  if (!object) return own;
  const { quarantined, exported } = object;
  const { proxyAddresses, mail, userPrincipalName } = exported;
  const addresses = widest * (lengthOf(proxyAddresses) + lengthOf([mail ?? '', userPrincipalName ?? '']));
  if (quarantined.length === 0) return own + addresses + proxyAddresses.length * widest;
  // A new error appears twice. It names its own object and UPN, and the value two or three times.
  const errors = quarantined.length + newlyQuarantined.length;
  const names = 2 * errors * toJsonText(referenceTo(object)).length;
  const values = 5 * toJsonText(quarantined).length;
  return own + addresses + proxyAddresses.length * widest + widestInJson * (names + values) + errors * mostOfError;
}

/** Returns the fewest bytes that a result can take. */
function leastOf({ object, newlyQuarantined }: OperationResult): number {
  return ((object?.quarantined.length ?? 0) + newlyQuarantined.length) * leastOfError;
}

/** Returns about the size of a result, in bytes: its parts of variable length are written and measured. */
function bytesOf({ object, failure, newlyQuarantined }: OperationResult, errorsOf: ErrorsOf): number {
  const fresh = new Set(newlyQuarantined.map(quarantinedKey));
  const errors = object && object.quarantined.length > 0 ? errorsOf(object) : [];
  const news = errors.filter((error) => fresh.has(quarantinedKey(error)));
  const told = [...errors, ...news].map((error) => [quarantineMessage(error), error]);
  const messages = news.map(quarantineMessage);
  const addresses = object ? proxyAddressesOf(object) : [];
  return (
    bytesOfResult +
    Buffer.byteLength(toJsonText([addresses, told, messages, failure && operationFailureMessage(failure)]))
  );
}

function lengthOf(texts: readonly string[]): number {
  let length = 0;
  for (const text of texts) length += text.length;
  return length;
}

/** Finds the holders of the quarantined values once the plan is written. */
async function findHoldersPlanned(
  results: readonly OperationResult[],
  { partition, known, plan }: AnswerContext,
): Promise<HolderLookup> {
  const keys = quarantinedOn(results.flatMap(({ object }) => object ?? []));
  const stored = await findHolders(partition, keys, known);
  const planned = new Map<ValueKey, DirectoryObject>();
  for (const { after } of plan.transitions) {
    if (after) for (const key of heldValues(after)) if (keys.has(key)) planned.set(key, after);
  }
  return (key) => {
    const object = planned.get(key);
    return object ? holderFrom(key, object) : stored(key);
  };
}

function tooLarge({ isBegun }: AnswerContext): Error {
  return isBegun ? answerGrew(largestAnswer) : answerTooLarge(largestAnswer);
}
