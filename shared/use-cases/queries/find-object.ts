/** Reads one object with both sides of its conflicts, or a page of objects. */
import pMap from 'p-map';
import { type DirectoryObject, heldValues, type ObjectType, spellingOf } from '../../directory/objects.ts';
import type { ContestedValue, ProvisioningError } from '../../directory/provisioning-error.ts';
import { validateSourceAnchor } from '../../directory/validation.ts';
import { spaceOf, type ValueKey } from '../../directory/values.ts';
import { errorPrefix, keysFrom, keysUpTo, objectRowKey, propertyOfSpace } from '../../store/keys.ts';
import { type Partition, readPage, readPages } from '../../store/partition.ts';
import { readObjects, readValues } from '../../store/read-directory.ts';
import { errorFromRow, type StoredError } from '../../store/error-row.ts';
import { objectFromRow } from '../../store/object-row.ts';
import { tenantIdOf } from '../../tenant-id.ts';
import type { Page, PageRequest } from './page.ts';
import { quarantinedOn, findHolders, provisioningErrorsOf } from './find-holders.ts';
import { objectNotFound } from '../../messages/refusals.ts';

/** An object as an administrator sees it, with its provisioning errors and the values that it holds and others wait for. */
export type ObjectView = {
  readonly object: DirectoryObject;
  readonly errors: readonly ProvisioningError[];
  readonly contested: readonly ContestedValue[];
};

/** Finds one object. Throws `ObjectNotFound` if there is none. */
export async function findObject(partition: Partition, sourceAnchor: string): Promise<ObjectView> {
  const isValid = validateSourceAnchor(sourceAnchor) === undefined;
  const object = isValid ? (await readObjects(partition, [sourceAnchor])).get(sourceAnchor)?.object : undefined;
  const [view] = object ? await viewsOf(partition, [object]) : [];
  if (view) return view;
  throw objectNotFound(sourceAnchor, tenantIdOf(partition.registrationId));
}

/** The most queues that are read for one answer, each with a request. All queues of one object are read: a few hundred at most. */
const mostQueues = 1_000;

/** The most waiting objects in one answer, shared among the values; of each value, at least the objects that its message names. */
const mostListed = 10_000;
const fewestListed = 3;

/**
 * Returns the views of objects. Each holder and each queue is read once.
 *
 * If the objects hold too many values that others wait for, returns the views of the first objects only, at least of one.
 */
async function viewsOf(partition: Partition, objects: readonly DirectoryObject[]): Promise<readonly ObjectView[]> {
  const values = await readValues(partition, new Set(objects.flatMap((object) => [...heldValues(object)])));
  const contestedBy = (object: DirectoryObject): readonly ValueKey[] =>
    [...heldValues(object)].filter((key) => (values.get(key)?.waiting ?? 0) > 0);
  const contested = new Set<ValueKey>();
  const viewed = objects.filter((object, index) => {
    if (index > 0 && contested.size > mostQueues) return false;
    for (const key of contestedBy(object)) contested.add(key);
    return true;
  });
  const holderOf = await findHolders(partition, quarantinedOn(viewed));
  const most = Math.max(fewestListed, Math.floor(mostListed / contested.size));
  const queues = new Map(
    await pMap(contested, async (key) => [key, await readQueue(partition, key, most)] as const, { concurrency: 8 }),
  );
  return viewed.map((object) => ({
    object,
    errors: provisioningErrorsOf(object, holderOf),
    contested: contestedBy(object).flatMap((key) => {
      const waiting = queues.get(key) ?? [];
      return waiting.length === 0 ? [] : contestedValue(object, key, { waiting, count: values.get(key)?.waiting ?? 0 });
    }),
  }));
}

type Waiting = ContestedValue['waiting'];

async function readQueue(partition: Partition, key: ValueKey, most: number): Promise<Waiting> {
  const waiting: StoredError[] = [];
  for await (const page of readPages(partition, keysFrom(errorPrefix(key)), { pageSize: most })) {
    waiting.push(...page.map(errorFromRow));
    if (waiting.length >= most) break;
  }
  return waiting.slice(0, most).map(({ object, quarantined }) => ({ ...object, whenStarted: quarantined.whenStarted }));
}

function contestedValue(
  object: DirectoryObject,
  key: ValueKey,
  { waiting, count }: { readonly waiting: Waiting; readonly count: number },
): ContestedValue {
  return {
    propertyName: propertyOfSpace(spaceOf(key)),
    propertyValue: spellingOf(object, key),
    // The value and the objects that wait for it are read one after the other.
    waitingCount: Math.max(count, waiting.length),
    waiting,
  };
}

/** The objects to list; without a filter, all objects. */
type ObjectFilter = {
  readonly objectType?: ObjectType | undefined;
  readonly hasErrors?: boolean | undefined;
  /** Only this object. */
  readonly sourceAnchor?: string | undefined;
};

function conditionOf({ objectType, hasErrors }: Omit<ObjectFilter, 'sourceAnchor'>): string {
  // A deleted object, until the sweep removes its row, has an empty type.
  const ofType = objectType ? `objectType eq '${objectType}'` : `objectType ne ''`;
  return hasErrors === undefined ? ofType : `${ofType} and errorCount ${hasErrors ? 'gt' : 'eq'} 0`;
}

/** Reads a page of objects in the order of their row keys; a page of large objects has fewer. */
export async function listObjects(
  partition: Partition,
  { sourceAnchor, ...filter }: ObjectFilter,
  page: PageRequest,
): Promise<Page<ObjectView>> {
  const range =
    sourceAnchor === undefined ? keysFrom('object|') : keysUpTo(objectRowKey(sourceAnchor), objectRowKey(sourceAnchor));
  const { rows, next } = await readPage(partition, range, { ...page, filter: conditionOf(filter) });
  const objects = rows.flatMap((row) => objectFromRow(row).object ?? []);
  const views = await viewsOf(partition, objects);
  const last = views.at(-1);
  return {
    entries: views,
    next: last && views.length < objects.length ? objectRowKey(last.object.sourceAnchor) : next,
  };
}
