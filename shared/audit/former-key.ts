/**
 * Values under the keys that they had before their spellings were compared: in lower case, and nothing else.
 *
 * Rows of values and errors under such a key are stray, and those under the present key are missing, so a repair writes
 * them again. Rows of the history follow from nothing else: a repair moves them.
 */
import { type PropertyName, quarantinedKey } from '../directory/objects.ts';
import { isSmtp, textOf, type ValueKey } from '../directory/values.ts';
import { keyPart, storedValue } from '../store/keys.ts';
import type { ReadRow, Row } from '../store/rows.ts';
import type { Finding } from './finding.ts';

/** Returns the former key of a value, as it is spelled: a UPN, or an address with its prefix. */
export function formerKey(propertyName: PropertyName, spelling: string): ValueKey {
  const fold = (text: string): string => text.toLowerCase().replaceAll('ς', 'σ');
  if (propertyName === 'UserPrincipalName') return `upn|${fold(spelling)}`;
  return isSmtp(spelling) ? `smtp|${fold(spelling.slice('smtp:'.length))}` : `other|${fold(spelling)}`;
}

const notColumns: readonly string[] = ['etag', 'partitionKey', 'timestamp', 'odata.metadata'];
const valuePart = 4;

/** Returns a row of the history as it is under the present key of its value; undefined if it is not under a former one. */
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

/** Returns the finding about a row of the history that is under a former key, with its move to the present one. */
export function formerKeyFinding({ rowKey, etag }: ReadRow, present: Row): Finding {
  return {
    code: 'FormerKey',
    rowKey,
    detail: `The key of the value is now "${String(present.value)}".`,
    evidence: { [rowKey]: etag },
    // A row of the history never changes, so the move needs no ETag: whoever comes second creates what is there.
    mend: {
      kind: 'write',
      touches: null,
      writes: [
        { kind: 'create', row: present },
        { kind: 'remove', rowKey },
      ],
    },
  };
}
