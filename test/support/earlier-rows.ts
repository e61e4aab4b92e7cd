/** Rows as the version before wrote them: they stay readable. */
import { type DirectoryObject, quarantinedKey } from '../../shared/directory/objects.ts';
import { smtpKey } from '../../shared/directory/values.ts';
import { readObjects, readValues } from '../../shared/store/read-directory.ts';
import type { Partition } from '../../shared/store/partition.ts';
import { earlierHistoryRowKey, errorRowKey, historyRowKey, storedValue } from '../../shared/store/keys.ts';
import { errorToRow, objectToRow, valueToRow } from '../../shared/store/rows.ts';

/** Writes objects and their errors again as before: waiting objects had no place, and history keys no id of a run. */
export async function writeAsBefore(partition: Partition, sourceAnchors: readonly string[]): Promise<void> {
  const { table, partitionKey } = partition;
  for (const { object, writtenBy } of (await readObjects(partition, sourceAnchors)).values()) {
    if (!object) continue;
    const quarantined = object.quarantined.map(({ place: _, ...entry }) => entry);
    const earlier: DirectoryObject = { ...object, quarantined };
    await table.upsertEntity({ partitionKey, ...objectToRow(earlier, writtenBy) }, 'Replace');
    for (const entry of object.quarantined) {
      const key = quarantinedKey(entry);
      const { place: _, ...without } = entry;
      await table.deleteEntity(partitionKey, errorRowKey(key, entry, object.sourceAnchor));
      await table.createEntity({ partitionKey, ...errorToRow(earlier, without) });
      const at = new Date(entry.whenStarted);
      const { sourceAnchor, objectId } = object;
      const { whenStarted } = entry;
      const rowKey = historyRowKey({
        ...{ at, event: 'quarantined', runId: writtenBy },
        ...{ key, sourceAnchor, objectId, whenStarted },
      });
      const { etag: _etag, timestamp: _timestamp, ...event } = await table.getEntity(partitionKey, rowKey);
      await table.deleteEntity(partitionKey, rowKey);
      const earlierKey = earlierHistoryRowKey(at, 'quarantined', key, sourceAnchor);
      await table.createEntity({ ...event, partitionKey, rowKey: earlierKey });
    }
  }
}

/**
 * Makes a licensed user wait for the address of its own placeholder, which another object has taken: only the version
 * before let that happen.
 */
export async function waitForPlaceholderAsBefore(
  partition: Partition,
  { user, holder, placeholder }: { readonly user: string; readonly holder: string; readonly placeholder: string },
): Promise<void> {
  const { table, partitionKey } = partition;
  const key = smtpKey(placeholder);
  const whenStarted = new Date().toISOString();
  const stored = await readObjects(partition, [user, holder]);
  const [waiting, taker] = [stored.get(user)?.object, stored.get(holder)?.object];
  if (!waiting || !taker || !(await readValues(partition, [key])).has(key)) throw new Error('No such objects');
  const entry = { propertyName: 'ProxyAddresses', propertyValue: `smtp:${placeholder}`, whenStarted } as const;
  const after: DirectoryObject = { ...waiting, quarantined: [...waiting.quarantined, entry] };
  const { exported } = taker;
  const proxyAddresses = [...exported.proxyAddresses, `smtp:${placeholder}`];
  const taken: DirectoryObject = { ...taker, exported: { ...exported, proxyAddresses } };
  const history = {
    rowKey: earlierHistoryRowKey(new Date(whenStarted), 'quarantined', key, user),
    ...{ event: 'quarantined', at: whenStarted, value: storedValue(key), ...entry, sourceAnchor: user },
    ...{ objectId: waiting.objectId, objectType: waiting.objectType, displayName: exported.displayName ?? '' },
    ...{ fromSourceAnchor: holder, fromDisplayName: '', by: 'export', operationId: 'before' },
  };
  const rows = [
    objectToRow(after, 'before'),
    objectToRow(taken, 'before'),
    valueToRow(key, { holder, waiting: 1, vacatedBy: null }),
    ...after.quarantined.map((quarantined) => errorToRow(after, quarantined)),
    history,
  ];
  for (const row of rows) await table.upsertEntity({ partitionKey, ...row }, 'Replace');
}
