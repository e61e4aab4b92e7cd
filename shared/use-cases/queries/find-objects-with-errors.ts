/** Finds the objects of a type that have provisioning errors. Only the rows of errors are searched. */
import type { DirectoryObject, ObjectType, PropertyName } from '../../directory/objects.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPage, readPages } from '../../store/partition.ts';
import { readObjects } from '../../store/read-directory.ts';
import { objectFromRow } from '../../store/object-row.ts';

/** The objects to find: of a type, with an error on each of these properties. Without properties, any error is enough. */
type ObjectsWithErrors = {
  readonly objectType: ObjectType;
  readonly properties: readonly PropertyName[];
};

/** A page of objects, and the position after which the next page begins. `total` is set if the search counted all objects. */
export type FoundObjects = {
  readonly objects: readonly DirectoryObject[];
  readonly next: string | undefined;
  readonly total?: number;
};

type PageOf = { readonly after: string | undefined; readonly pageSize: number };

/**
 * Finds a page of objects with errors, in the order of their source anchors.
 *
 * It reads the error rows of the type, a thousand in each request, and the objects of the page. Pages are stable while
 * exports run: the place of an object does not depend on its errors.
 */
export async function findObjectsWithErrors(
  partition: Partition,
  { objectType, properties }: ObjectsWithErrors,
  { after, pageSize }: PageOf,
): Promise<FoundObjects> {
  const [only, ...others] = new Set(properties);
  // An object with errors on all properties has one on the first.
  const range = keysFrom(only ? `error|${only}|` : 'error|');
  const anchors = new Set(await readAnchors(partition, range, objectType));
  for (const property of others) {
    const having = new Set(await readAnchors(partition, keysFrom(`error|${property}|`), objectType));
    for (const anchor of anchors) if (!having.has(anchor)) anchors.delete(anchor);
  }
  const rest = [...anchors].filter((anchor) => after === undefined || anchor > after).sort();
  const { objects, last } = await readWithin(partition, rest.slice(0, pageSize));
  return {
    // The errors of an object may have ended since its rows were read.
    objects: objects.filter((object) => hasErrors(object, properties)),
    next: last === rest.at(-1) ? undefined : last,
    total: anchors.size,
  };
}

const readAtOnce = 16;
const largestPage = 8 * 1024 * 1024;

/** Reads objects up to a total of about 8 MiB; `last` is the last anchor that was read. */
async function readWithin(
  partition: Partition,
  anchors: readonly string[],
): Promise<{ readonly objects: readonly DirectoryObject[]; readonly last: string | undefined }> {
  const objects: DirectoryObject[] = [];
  let size = 0;
  let reached = 0;
  while (reached < anchors.length && size < largestPage) {
    const next = anchors.slice(reached, reached + readAtOnce);
    const stored = await readObjects(partition, next);
    for (const object of next.flatMap((anchor) => stored.get(anchor)?.object ?? [])) {
      objects.push(object);
      size += JSON.stringify(object).length;
    }
    reached += next.length;
  }
  return { objects, last: anchors[reached - 1] };
}

function hasErrors({ quarantined }: DirectoryObject, properties: readonly PropertyName[]): boolean {
  return (
    quarantined.length > 0 &&
    properties.every((property) => quarantined.some(({ propertyName }) => propertyName === property))
  );
}

async function readAnchors(
  partition: Partition,
  range: ReturnType<typeof keysFrom>,
  objectType: ObjectType,
): Promise<readonly string[]> {
  const anchors: string[] = [];
  const options = { filter: `objectType eq '${objectType}'`, select: ['sourceAnchor'] };
  for await (const page of readPages(partition, range, options)) {
    for (const row of page) anchors.push(row.sourceAnchor as string);
  }
  return anchors;
}

/** Reads a page of all objects of a type, in the order of their row keys. */
export async function readObjectsOfType(
  partition: Partition,
  objectType: ObjectType,
  page: PageOf,
): Promise<FoundObjects> {
  const filter = `objectType eq '${objectType}'`;
  const { rows, next } = await readPage(partition, keysFrom('object|'), { ...page, filter });
  return { objects: rows.flatMap((row) => objectFromRow(row).object ?? []), next };
}
