/**
 * Holds an export to an answer that has room in memory.
 *
 * A result tells of its object as it stands, so a short operation on an object with hundreds of long addresses, all of
 * them in conflict, is answered with megabytes. What is too much is refused before anything is written.
 */
import { type DirectoryObject, heldValues, proxyAddressesOf, quarantinedKey } from '../../directory/objects.ts';
import type { ExportPlan, OperationResult } from '../../directory/export/plan-export.ts';
import { holderFrom, type ProvisioningError, referenceTo } from '../../directory/provisioning-error.ts';
import type { ValueKey } from '../../directory/values.ts';
import { toJsonText } from '../../to-json-text.ts';
import { RequestError } from '../../request-error.ts';
import type { Partition } from '../../store/partition.ts';
import type { KnownRows } from '../../store/write-context.ts';
import { awaitedBy, findHolders, type HolderLookup, provisioningErrorsOf } from '../queries/find-holders.ts';

/** The most that an export is answered with, in bytes. */
export const largestAnswer = 128 * 1024 * 1024;

/** Gives the provisioning errors of an object. */
export type ErrorsOf = (object: DirectoryObject) => readonly ProvisioningError[];

/** What results are judged with: what is known, what is planned, and whether a part of the export is written already. */
export type AnswerGuard = {
  readonly partition: Partition;
  readonly known: KnownRows;
  readonly plan: ExportPlan;
  readonly isBegun: boolean;
};

/**
 * Lets the results of an export pass, as they are planned. What others change until they are answered comes on top.
 *
 * Throws `PayloadTooLarge` before anything is written, and `StorageBusy` where they became too much meanwhile.
 */
export async function refuseLargeAnswer(results: readonly OperationResult[], guard: AnswerGuard): Promise<void> {
  if (sum(results, mostOf) <= largestAnswer) return;
  if (sum(results, leastOf) > largestAnswer) throw tooLarge(guard);
  const holders = await findHoldersPlanned(results, guard);
  const errorsOf: ErrorsOf = (object) => provisioningErrorsOf(object, holders);
  if (sum(results, (result) => bytesOf(result, errorsOf)) > largestAnswer) throw tooLarge(guard);
}

/** Adds up sizes, no further than is needed to see that it is too much. */
function sum(results: readonly OperationResult[], sizeOf: (result: OperationResult) => number): number {
  let size = 0;
  for (const result of results) {
    size += sizeOf(result);
    if (size > largestAnswer) return size;
  }
  return size;
}

/** A character of a text takes six bytes of JSON at most, written as its number; one that is JSON already, three. */
const widest = 6;
const widestInJson = 3;

/** What an error takes beside what its own object says: its words, and the longest names that a holder can have. */
const mostOfError = 6_600;
const leastOfError = 500;
const mostOfResult = 2_000;
const bytesOfResult = 500;

/** The most that a result can take, whoever holds what. */
function mostOf({ object, failure, newlyQuarantined }: OperationResult): number {
  const own = mostOfResult + widest * (failure?.message.length ?? 0);
  if (!object) return own;
  const { quarantined, exported } = object;
  const { proxyAddresses, mail, userPrincipalName } = exported;
  const addresses = widest * (lengthOf(proxyAddresses) + lengthOf([mail ?? '', userPrincipalName ?? '']));
  if (quarantined.length === 0) return own + addresses + proxyAddresses.length * widest;
  // An error that is new is told twice. It names its own object and UPN, and twice or three times the value.
  const errors = quarantined.length + newlyQuarantined.length;
  const names = 2 * errors * toJsonText(referenceTo(object)).length;
  const values = 5 * toJsonText(quarantined).length;
  return own + addresses + proxyAddresses.length * widest + widestInJson * (names + values) + errors * mostOfError;
}

/** No less than this a result takes. */
function leastOf({ object, newlyQuarantined }: OperationResult): number {
  return ((object?.quarantined.length ?? 0) + newlyQuarantined.length) * leastOfError;
}

/** About as much as this a result takes: what is of any length in it is written to be measured. */
function bytesOf({ object, failure, newlyQuarantined }: OperationResult, errorsOf: ErrorsOf): number {
  const fresh = new Set(newlyQuarantined.map(quarantinedKey));
  const errors = object && object.quarantined.length > 0 ? errorsOf(object) : [];
  const news = errors.filter((error) => fresh.has(quarantinedKey(error))).map((error) => [error.message, error]);
  const addresses = object ? proxyAddressesOf(object) : [];
  return bytesOfResult + Buffer.byteLength(toJsonText([addresses, errors, news, failure]));
}

function lengthOf(texts: readonly string[]): number {
  let length = 0;
  for (const text of texts) length += text.length;
  return length;
}

/** Finds who holds what the objects wait for, once the plan is written. */
async function findHoldersPlanned(
  results: readonly OperationResult[],
  { partition, known, plan }: AnswerGuard,
): Promise<HolderLookup> {
  const keys = awaitedBy(results.flatMap(({ object }) => object ?? []));
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

function tooLarge({ isBegun }: AnswerGuard): RequestError {
  const mebibytes = `${largestAnswer / 1024 / 1024} MiB`;
  if (isBegun) {
    return new RequestError(
      'StorageBusy',
      `Cannot finish the export: others have changed its objects meanwhile, and with them its answer would have more than ${mebibytes}. What was written stays. Send the same export again.`,
    );
  }
  return new RequestError(
    'PayloadTooLarge',
    `Cannot process the export: its answer, which tells of each object all addresses and errors, would have more than ${mebibytes}. Nothing was written. Send the operations in several requests.`,
  );
}
