/** Checks the rows of the history, each on its own: what its key says can be written again, the rest cannot. */
import { historyRowKey, textOfKeyPart } from '../store/keys.ts';
import type { ReadRow } from '../store/rows.ts';
import { type PropertyName, quarantinedKey } from '../directory/objects.ts';
import type { ValueKey } from '../directory/values.ts';
import { type ColumnRule, columnProblems, name, objectId, objectType, oneOf, shown, text, time } from './columns.ts';
import { damagedRow } from './damaged-row.ts';
import type { Finding } from './findings.ts';

const lastMillisecond = 9_999_999_999_999;
const events = oneOf(['quarantined', 'released', 'withdrawn']);
const properties = oneOf(['UserPrincipalName', 'ProxyAddresses']);

/** Gives what is wrong with a row of the history. */
export function historyFindings(row: ReadRow): readonly Finding[] {
  const [, inverted = '', event = '', property = '', value = '', anchor = ''] = row.rowKey.split('|');
  const at = new Date(lastMillisecond - Number(inverted));
  const valueText = textOfKeyPart(value);
  const problems = columnProblems(row, {
    at: Number.isNaN(at.getTime()) ? time : { is: at.toISOString() },
    event: matches(events, event),
    propertyName: matches(properties, property),
    value: valueText === null ? name : { is: `${property === 'UserPrincipalName' ? 'upn' : 'proxy'}|${valueText}` },
    sourceAnchor: { is: textOfKeyPart(anchor) ?? '' },
    propertyValue: name,
    whenStarted: time,
    objectId,
    objectType,
    displayName: text,
    fromSourceAnchor: text,
    fromDisplayName: text,
    by: oneOf(['export', 'sweep']),
    operationId: name,
  });
  if (problems.length > 0) return damagedRow(row, problems);
  const [propertyName, propertyValue] = [row.propertyName as PropertyName, row.propertyValue as string];
  const key = quarantinedKey({ propertyName, propertyValue, whenStarted: '' });
  const isOfKey = historyRowKey(at, event, row.value as ValueKey, row.sourceAnchor as string) === row.rowKey;
  if (isOfKey && key === row.value) return [];
  const detail = `"propertyValue" is ${shown(propertyValue)}, and "value" is ${shown(row.value)}`;
  return damagedRow(row, [{ column: 'value', detail, mendAs: undefined }]);
}

/** The part of the key, where it is one that can be. */
function matches(rule: ColumnRule, part: string): ColumnRule {
  return 'may' in rule && rule.may(part) ? { is: part } : rule;
}
