/** Checks a row of the history. Columns that follow from its key can be repaired, others cannot. */
import { earlierHistoryRowKey, historyRowKey, momentOfInverted, textOfKeyPart, valueOfStored } from '../store/keys.ts';
import { historyFromRow } from '../store/history-row.ts';
import type { ReadRow } from '../store/row.ts';
import { propertyNames, quarantinedKey } from '../directory/objects.ts';
import {
  type ColumnProblem,
  type ColumnRule,
  columnProblems,
  name,
  objectId,
  objectType,
  oneOf,
  shown,
  text,
  time,
} from './column-rules.ts';
import { damagedRow } from './damaged-row.ts';
import type { Finding } from './finding.ts';

const events = oneOf(['quarantined', 'released', 'withdrawn']);
const properties = oneOf(propertyNames);

/** Returns the damage of a row of the history. */
export function checkHistoryRow(row: ReadRow): readonly Finding[] {
  const problems = columnProblems(row, {
    propertyName: properties,
    value: name,
    sourceAnchor: name,
    propertyValue: name,
    whenStarted: time,
    objectId,
    objectType,
    displayName: text,
    fromSourceAnchor: text,
    fromDisplayName: text,
    by: oneOf(['export', 'sweep']),
    operationId: name,
    ...rulesOfKey(row.rowKey.split('|')),
  });
  return damagedRow(row, problems.length > 0 ? problems : contradictions(row));
}

/** Returns the rules that follow from the key. */
function rulesOfKey(parts: readonly string[]): Readonly<Record<string, ColumnRule>> {
  const [, inverted = '', ...rest] = parts;
  const moment = momentOfInverted(inverted);
  const at: ColumnRule = Number.isNaN(moment.getTime()) ? time : { is: moment.toISOString() };
  if (parts.length === 5) {
    const [runId = '', event = ''] = rest;
    return { at, event: matches(events, event), operationId: { is: textOfKeyPart(runId) ?? '' } };
  }
  // An earlier version wrote this form of keys.
  const [event = '', property = '', value = '', anchor = ''] = rest;
  const valueText = textOfKeyPart(value);
  return {
    at,
    event: matches(events, event),
    propertyName: matches(properties, property),
    ...(valueText === null
      ? {}
      : { value: { is: `${property === 'UserPrincipalName' ? 'upn' : 'proxy'}|${valueText}` } }),
    sourceAnchor: { is: textOfKeyPart(anchor) ?? '' },
  };
}

/** Narrows a rule to the part of the key, if the part itself fulfils it. */
function matches(rule: ColumnRule, part: string): ColumnRule {
  return 'may' in rule && rule.may(part) ? { is: part } : rule;
}

/** Returns the contradictions between the columns and the key of a row whose columns are valid. */
function contradictions(row: ReadRow): readonly ColumnProblem[] {
  const { event, propertyName, propertyValue, whenStarted, object, by, at } = historyFromRow(row);
  const { objectId: id, sourceAnchor } = object;
  const key = valueOfStored(row.value as string);
  const moment = new Date(at);
  const keys = [
    historyRowKey({ at: moment, event, runId: by.runId, key, sourceAnchor, objectId: id, whenStarted }),
    earlierHistoryRowKey(moment, event, key, sourceAnchor),
  ];
  const isOfValue = quarantinedKey({ propertyName, propertyValue, whenStarted }) === key;
  if (isOfValue && keys.includes(row.rowKey)) return [];
  const detail = isOfValue
    ? 'the key belongs to another quarantine'
    : `"propertyValue" is ${shown(propertyValue)}, and "value" is ${shown(row.value)}`;
  return [{ column: 'value', detail, repairAs: undefined }];
}
