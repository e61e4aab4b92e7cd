/**
 * Rows under the former keys of their values. An earlier version only changed values to lower case; today's keys follow
 * from all rules of comparison (Behaviour 3.1).
 *
 * Rows of values and errors under a former key are stray, and those under the present key are missing: repairs remove and
 * write them. Rows of the history do not follow from other rows, so a repair moves them.
 */
import { type PropertyName, quarantinedKey } from '../directory/objects.ts';
import { isSmtp, textOf, type ValueKey } from '../directory/values.ts';
import { keyPart, storedValue } from '../store/keys.ts';
import type { ReadRow, Row } from '../store/row.ts';
import type { Finding } from './finding.ts';

/** Returns the former key of a UPN, or of an address with its prefix. */
export function formerKey(propertyName: PropertyName, spelling: string): ValueKey {
  const fold = (text: string): string => text.toLowerCase().replaceAll('ς', 'σ');
  if (propertyName === 'UserPrincipalName') return `upn|${fold(spelling)}`;
  return isSmtp(spelling) ? `smtp|${fold(spelling.slice('smtp:'.length))}` : `other|${fold(spelling)}`;
}

const notColumns: readonly string[] = ['etag', 'partitionKey', 'timestamp', 'odata.metadata'];
const valuePart = 4;

/** Moves a row of the history to the present key of its value; undefined if it is not under a former key. */
export function underPresentKey(row: ReadRow): Row | undefined {
  const { propertyName, propertyValue, value } = row;
  if (typeof propertyValue !== 'string' || typeof value !== 'string') return undefined;
  if (propertyName !== 'UserPrincipalName' && propertyName !== 'ProxyAddresses') return undefined;
  const former = formerKey(propertyName, propertyValue);
  const key = quarantinedKey({ propertyName, propertyValue, whenStarted: '' });
  const parts = row.rowKey.split('|');
  if (key === former || value !== storedValue(former) || parts[valuePart] !== keyPart(textOf(former))) return undefined;
  const rowKey = parts.with(valuePart, keyPart(textOf(key))).join('|');
  const columns = Object.entries(row).filter(([name]) => !notColumns.includes(name));
  return { ...(Object.fromEntries(columns) as Row), rowKey, value: storedValue(key) };
}

/** Returns the finding for a row of the history under a former key; its repair moves the row. */
export function formerKeyFinding({ rowKey, etag }: ReadRow, present: Row): Finding {
  return {
    code: 'FormerKey',
    rowKey,
    detail: `The present key of the value is "${String(present.value)}".`,
    evidence: { [rowKey]: etag },
    // A row of the history never changes, so the move needs no ETag: a second move fails because the new row exists.
    repair: {
      kind: 'write',
      touches: null,
      writes: [
        { kind: 'create', row: present },
        { kind: 'remove', rowKey },
      ],
    },
  };
}
