import { randomUUID } from 'node:crypto';
import type { DirectoryObject } from '../../../shared/directory/objects.ts';
import type { Transition } from '../../../shared/directory/transitions/transition.ts';
import { commit, type Commit } from '../../../shared/store/commit.ts';
import type { Partition } from '../../../shared/store/partition.ts';
import type { KnownRows, WriteContext } from '../../../shared/store/write-context.ts';
import { newTenant, partitionOf, servicesHere } from '../../support/storage.ts';
import { groupWith, monday } from '../directory/fixtures.ts';

/** Returns a partition without rows. */
export async function newPartition(rest: Partial<Partition> = {}, tenant = newTenant()): Promise<Partition> {
  return { ...(await partitionOf(servicesHere(), tenant)), ...rest };
}

/** Returns known rows of a tenant without rows. */
export function noKnownRows(): KnownRows {
  return { objects: new Map(), values: new Map() };
}

/** The context of an export on Monday that knows no rows. */
export function exportContext(rest: Partial<WriteContext> = {}): WriteContext & { placeholderFor: () => null } {
  const known = noKnownRows();
  return { kind: 'export', runId: 'run', now: monday, known, placeholderFor: () => null, ...rest };
}

/** A group as the service stores it, with a UUID. */
export function storedGroup(sourceAnchor: string, ...proxyAddresses: string[]): DirectoryObject {
  return { ...groupWith(sourceAnchor, ...proxyAddresses), objectId: randomUUID() };
}

/** A transition that adds an object. */
export function adding(after: DirectoryObject): Transition {
  return { sourceAnchor: after.sourceAnchor, before: undefined, after };
}

/** A transition that deletes an object. */
export function deleting(before: DirectoryObject): Transition {
  return { sourceAnchor: before.sourceAnchor, before, after: undefined };
}

/** A transition from one state of an object to another. */
export function changing(before: DirectoryObject, after: DirectoryObject): Transition {
  return { sourceAnchor: after.sourceAnchor, before, after };
}

/** The object with one more quarantined address, which has waited since a moment. */
export function waitingFor(object: DirectoryObject, address: string, since = monday): DirectoryObject {
  const entry = { propertyName: 'ProxyAddresses', propertyValue: address, whenStarted: since.toISOString() } as const;
  const { exported } = object;
  const proxyAddresses = [...exported.proxyAddresses, address];
  return { ...object, exported: { ...exported, proxyAddresses }, quarantined: [...object.quarantined, entry] };
}

/** Adds objects to an empty partition; the context knows their rows afterwards. */
export function commitNew(
  partition: Partition,
  objects: readonly DirectoryObject[],
  context = exportContext(),
): Promise<Commit> {
  return commit(partition, objects.map(adding), context);
}
