/**
 * Reads one conflict whole: both objects, all who wait, and what happened so far.
 *
 * The name of a conflict comes from the address of a page, so anyone with a link can write it. What it names is shown only
 * if it is a conflict, or was one; otherwise a link would look up anybody.
 */
import {
  quarantinedValues,
  type DirectoryObject,
  holdingAttribute,
  type HoldingAttribute,
  type PropertyName,
  type QuarantinedValue,
  waitOf,
} from '../../directory/objects.ts';
import type { ObjectReference } from '../../directory/provisioning-error.ts';
import { compareWaiters, type Waiter } from '../../directory/plan-release.ts';
import { proxyAddressKey, upnKey, type ValueKey } from '../../directory/values.ts';
import { validateSourceAnchor } from '../../directory/validation.ts';
import { errorPrefix, keysFrom } from '../../store/keys.ts';
import { type Partition, readPage } from '../../store/partition.ts';
import { readObjects, readValues } from '../../store/read-directory.ts';
import { errorFromRow, type PastEvent } from '../../store/rows.ts';
import { findEventOn, readValueHistory, type ValueHistory } from '../../store/read-history.ts';

/** Which conflict: a value as it was exported, and the object that waits for it. */
export type ConflictName = {
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly sourceAnchor: string;
};

/** An object that waits for a value. */
export type Waiting = ObjectReference & Waiter;

/** The object that has a value, and by which attribute. */
export type HolderSide = { readonly object: DirectoryObject; readonly attribute: HoldingAttribute };

/** All who wait, the longest first. Of more than a thousand, the first thousand; `count` counts them all. */
export type Queue = { readonly first: readonly Waiting[]; readonly count: number };

/** A value, who has it, who waits for it, and its history. */
export type Conflict = {
  readonly key: ValueKey;
  readonly name: ConflictName;
  /** The object that waits for the value, or waited for it; undefined if it has been deleted. */
  readonly object: DirectoryObject | undefined;
  /** The quarantine of the value on that object; undefined if it no longer waits: the conflict is settled. */
  readonly quarantined: QuarantinedValue | undefined;
  /**
   * Null if the value is vacant. Null also in a settled conflict that nobody else waits in, unless the object itself
   * holds the value: whoever holds it then is in no conflict.
   */
  readonly holder: HolderSide | null;
  readonly queue: Queue;
  readonly history: ValueHistory;
};

/**
 * Reads a conflict, also one that is settled.
 *
 * Undefined unless the value waits for a holder on that very object, or its history says that it did: whether the value
 * and the object exist is not told.
 */
export async function readConflict(partition: Partition, name: ConflictName): Promise<Conflict | undefined> {
  const { sourceAnchor, propertyName, propertyValue } = name;
  if (validateSourceAnchor(sourceAnchor)) return undefined;
  const key = propertyName === 'UserPrincipalName' ? upnKey(propertyValue) : proxyAddressKey(propertyValue);
  const [objects, values, waiting, history] = await Promise.all([
    readObjects(partition, [sourceAnchor]),
    readValues(partition, [key]),
    readQueue(partition, key),
    readValueHistory(partition, key),
  ]);
  const stored = values.get(key);
  const found = objects.get(sourceAnchor)?.object;
  const quarantined = found && quarantinedValues(found).get(key);
  const past = quarantined ? undefined : await pastEventOn(partition, { key, sourceAnchor, history });
  if (!quarantined && !past) return undefined;
  // Another object may have been exported under the anchor since.
  const object = quarantined || found?.objectId === past?.object.objectId ? found : undefined;
  const holder = stored?.holder ? await readHolder(partition, stored.holder, key) : null;
  const isInConflict = quarantined !== undefined || waiting.length > 0 || holder?.object.objectId === object?.objectId;
  return {
    key,
    name,
    object,
    quarantined,
    holder: isInConflict ? holder : null,
    queue: { first: waiting, count: Math.max(waiting.length, stored?.waiting ?? 0) },
    history,
  };
}

async function pastEventOn(
  partition: Partition,
  {
    key,
    sourceAnchor,
    history,
  }: { readonly key: ValueKey; readonly sourceAnchor: string; readonly history: ValueHistory },
): Promise<PastEvent | undefined> {
  const recent = history.events.find(({ object }) => object.sourceAnchor === sourceAnchor);
  return recent ?? (history.isWhole ? undefined : findEventOn(partition, key, sourceAnchor));
}

async function readHolder(partition: Partition, sourceAnchor: string, key: ValueKey): Promise<HolderSide | null> {
  const object = (await readObjects(partition, [sourceAnchor])).get(sourceAnchor)?.object;
  const attribute = object ? holdingAttribute(object, key) : null;
  return object && attribute ? { object, attribute } : null;
}

const mostWaiting = 999;

async function readQueue(partition: Partition, key: ValueKey): Promise<readonly Waiting[]> {
  const { rows } = await readPage(partition, keysFrom(errorPrefix(key)), { after: undefined, pageSize: mostWaiting });
  // As the sweep releases the value: in row keys, an escaped character is not where the character is.
  const waiting = rows.map(errorFromRow).map(({ object, quarantined }) => ({ ...object, ...waitOf(quarantined) }));
  return waiting.sort(compareWaiters);
}
