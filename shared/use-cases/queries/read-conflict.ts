/**
 * Reads one conflict: both objects, all waiting objects, and the history of the value.
 *
 * The name of a conflict comes from the address of a page, so anyone with a link can change it. The page shows only present
 * and past conflicts; otherwise a link could be used to look up any object.
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
import type { PastEvent } from '../../store/history-row.ts';
import { errorFromRow } from '../../store/error-row.ts';
import { findEventOn, readValueHistory, type ValueHistory } from '../../store/read-history.ts';

/** Names a conflict: a value as it was exported, and the object that waits for it. */
export type ConflictName = {
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly sourceAnchor: string;
};

/** An object that waits for a value. */
export type Waiting = ObjectReference & Waiter;

/** The holder of a value, and the attribute that has it. */
type HolderSide = { readonly object: DirectoryObject; readonly attribute: HoldingAttribute };

/** The objects that wait for a value, the longest waiting first: at most 999. `count` counts all of them. */
export type Queue = { readonly first: readonly Waiting[]; readonly count: number };

/** A value, its holder, the objects that wait for it, and its history. */
export type Conflict = {
  readonly key: ValueKey;
  readonly name: ConflictName;
  /** The object that waits for the value, or waited for it; undefined if it has been deleted. */
  readonly object: DirectoryObject | undefined;
  /** The quarantine of the value on that object; undefined if the object no longer waits: the conflict is over. */
  readonly quarantined: QuarantinedValue | undefined;
  /**
   * Null if the value is vacant. If the conflict is over and no other object waits for the value, its holder is in no
   * conflict: then it is null too, unless the holder is the object itself.
   */
  readonly holder: HolderSide | null;
  readonly queue: Queue;
  readonly history: ValueHistory;
};

/**
 * Reads a conflict, present or past.
 *
 * Returns undefined unless that object waits for the value, or waited for it by the history: the answer must not reveal
 * whether the value or the object exists.
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
  // Since then, another object may have been exported with the same anchor.
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
  // In the order of release. The order of row keys differs from it, because some characters are escaped.
  const waiting = rows.map(errorFromRow).map(({ object, quarantined }) => ({ ...object, ...waitOf(quarantined) }));
  return waiting.sort(compareWaiters);
}
