/** Reads one object with both sides of its conflicts, or a page of objects. */
import pMap from 'p-map';
import { type DirectoryObject, heldValues, type ObjectType, spellingOf } from '../directory/objects.ts';
import { type Conflict, holderMessage, type ProvisioningError } from '../directory/provisioning-errors.ts';
import { validateSourceAnchor } from '../directory/validation.ts';
import { spaceOf, type ValueKey } from '../directory/values.ts';
import { RequestError } from '../request-error.ts';
import { errorPrefix, keysFrom, propertyOfSpace } from '../store/keys.ts';
import { type Partition, readPage, readPages } from '../store/partition.ts';
import { readObjects, readValues } from '../store/read-directory.ts';
import { errorFromRow, objectFromRow, type StoredError } from '../store/rows.ts';
import { awaitedBy, findHolders, provisioningErrorsOf } from './find-holders.ts';

/** An object as an administrator sees it: it, what was kept from it, and what it has that others ask for. */
export type ObjectView = {
  readonly object: DirectoryObject;
  readonly errors: readonly ProvisioningError[];
  readonly conflicts: readonly Conflict[];
};

/** Finds one object. Throws `ObjectNotFound` where there is none. */
export async function findObject(partition: Partition, sourceAnchor: string): Promise<ObjectView> {
  const isPossible = validateSourceAnchor(sourceAnchor) === undefined;
  const object = isPossible ? (await readObjects(partition, [sourceAnchor])).get(sourceAnchor)?.object : undefined;
  const [view] = object ? await viewsOf(partition, [object]) : [];
  if (view) return view;
  throw new RequestError(
    'ObjectNotFound',
    `Cannot find object "${sourceAnchor.slice(0, 100)}" in tenant "${partition.tenantId}". A source anchor is case-sensitive, and "/", "+" and "=" in it must be percent-encoded.`,
  );
}

/** Puts together the views of objects: holders, and those who wait, are each read once. */
export async function viewsOf(
  partition: Partition,
  objects: readonly DirectoryObject[],
): Promise<readonly ObjectView[]> {
  const holderOf = await findHolders(partition, awaitedBy(objects));
  const values = await readValues(partition, new Set(objects.flatMap((object) => [...heldValues(object)])));
  const contested = [...values].filter(([, { waiting }]) => waiting > 0).map(([key]) => key);
  const waiting = new Map(
    await pMap(contested, async (key) => [key, await readWaiting(partition, key)] as const, { concurrency: 8 }),
  );
  return objects.map((object) => ({
    object,
    errors: provisioningErrorsOf(object, holderOf),
    conflicts: conflictsOf(object, waiting),
  }));
}

async function readWaiting(partition: Partition, key: ValueKey): Promise<Conflict['waiting']> {
  const waiting: StoredError[] = [];
  for await (const page of readPages(partition, keysFrom(errorPrefix(key)))) waiting.push(...page.map(errorFromRow));
  return waiting.map(({ object, quarantined }) => ({ ...object, whenStarted: quarantined.whenStarted }));
}

function conflictsOf(
  object: DirectoryObject,
  waitingFor: ReadonlyMap<ValueKey, Conflict['waiting']>,
): readonly Conflict[] {
  return [...heldValues(object)].flatMap((key) => {
    const waiting = waitingFor.get(key);
    if (!waiting) return [];
    const propertyName = propertyOfSpace(spaceOf(key));
    const propertyValue = spellingOf(object, key);
    return [{ propertyName, propertyValue, message: holderMessage(propertyName, propertyValue, waiting), waiting }];
  });
}

/** A page of objects, and the row key after which the next page begins. */
export type ObjectPage = { readonly views: readonly ObjectView[]; readonly next: string | undefined };

/** Which objects to list; all of them where neither is given. */
export type ObjectFilter = { readonly objectType?: ObjectType | undefined; readonly hasErrors?: boolean | undefined };

/** Reads a page of objects in the order of their row keys. */
export async function readObjectPage(
  partition: Partition,
  { objectType, hasErrors }: ObjectFilter,
  page: { readonly after: string | undefined; readonly pageSize: number },
): Promise<ObjectPage> {
  // A deleted object, until the sweep removes its row, has an empty type.
  const conditions = [objectType ? `objectType eq '${objectType}'` : `objectType ne ''`];
  if (hasErrors !== undefined) conditions.push(hasErrors ? 'errorCount gt 0' : 'errorCount eq 0');
  const { rows, next } = await readPage(partition, keysFrom('object|'), { ...page, filter: conditions.join(' and ') });
  const objects = rows.flatMap((row) => objectFromRow(row).object ?? []);
  return { views: await viewsOf(partition, objects), next };
}
