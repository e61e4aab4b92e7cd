/** Reads one conflict whole: both objects, all who wait, and what happened so far. */
import {
  awaitedValues,
  type DirectoryObject,
  holdingAttribute,
  type HoldingAttribute,
  type PropertyName,
  type QuarantinedValue,
} from '../directory/objects.ts';
import type { ObjectReference } from '../directory/provisioning-errors.ts';
import { proxyAddressKey, upnKey, type ValueKey } from '../directory/values.ts';
import { validateSourceAnchor } from '../directory/validation.ts';
import { errorPrefix, keysFrom } from '../store/keys.ts';
import { type Partition, readPage } from '../store/partition.ts';
import { readObjects, readValues } from '../store/read-directory.ts';
import { errorFromRow } from '../store/rows.ts';
import { readValueHistory, type ValueHistory } from '../store/history.ts';

/** Which conflict: a value as it was exported, and the object that waits for it. */
export type ConflictName = {
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly sourceAnchor: string;
};

/** One who waits for a value. */
export type Waiting = ObjectReference & { readonly whenStarted: string };

/** The object that has a value, and by which attribute. */
export type HolderSide = { readonly object: DirectoryObject; readonly attribute: HoldingAttribute };

/** All who wait, the longest first. Of more than a thousand, the first thousand; `count` counts them all. */
export type Queue = { readonly first: readonly Waiting[]; readonly count: number };

/** A value, who has it, who waits for it, and its history. */
export type Conflict = {
  readonly key: ValueKey;
  readonly name: ConflictName;
  /** The object that the conflict was asked about; undefined where it is deleted. */
  readonly object: DirectoryObject | undefined;
  /** The quarantine of the value on that object; undefined where it no longer waits: the conflict is settled. */
  readonly quarantined: QuarantinedValue | undefined;
  /** Null between the value's release and the sweep. */
  readonly holder: HolderSide | null;
  readonly queue: Queue;
  readonly history: ValueHistory;
};

/** Reads a conflict, also one that is settled. Undefined where nothing was ever known of it. */
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
  const object = objects.get(sourceAnchor)?.object;
  const stored = values.get(key);
  if (!object && !stored && history.events.length === 0) return undefined;
  return {
    key,
    name,
    object,
    quarantined: object && awaitedValues(object).get(key),
    holder: stored?.holder ? await readHolder(partition, stored.holder, key) : null,
    queue: { first: waiting, count: Math.max(waiting.length, stored?.waiting ?? 0) },
    history,
  };
}

async function readHolder(partition: Partition, sourceAnchor: string, key: ValueKey): Promise<HolderSide | null> {
  const object = (await readObjects(partition, [sourceAnchor])).get(sourceAnchor)?.object;
  const attribute = object ? holdingAttribute(object, key) : null;
  return object && attribute ? { object, attribute } : null;
}

const mostWaiting = 999;

async function readQueue(partition: Partition, key: ValueKey): Promise<readonly Waiting[]> {
  const { rows } = await readPage(partition, keysFrom(errorPrefix(key)), { after: undefined, pageSize: mostWaiting });
  const waiting = rows.map(errorFromRow).map(({ object, quarantined }) => ({
    ...object,
    whenStarted: quarantined.whenStarted,
  }));
  return waiting.sort(byTurn);
}

/** In the order in which the sweep gives the value out: in keys, escapes may stand elsewhere than the characters. */
function byTurn(left: Waiting, right: Waiting): number {
  if (left.whenStarted !== right.whenStarted) return left.whenStarted < right.whenStarted ? -1 : 1;
  return left.sourceAnchor < right.sourceAnchor ? -1 : 1;
}
