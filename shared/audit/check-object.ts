/** Checks the row of an object. All other rows of a tenant follow from these. */
import {
  desiredAddresses,
  type DirectoryObject,
  type ExportedAttributes,
  type ObjectType,
  quarantinedKey,
  type QuarantinedValue,
  userPrincipalNameOf,
} from '../directory/objects.ts';
import { operationFailureMessage } from '../messages/operation-failures.ts';
import { validateExported } from '../directory/validation.ts';
import { smtpKey, spaceOf, upnKey, type ValueKey } from '../directory/values.ts';
import { jsonColumns } from '../store/columns.ts';
import { isUnfinished } from '../store/is-unfinished.ts';
import { textOfKeyPart } from '../store/keys.ts';
import type { ReadRow } from '../store/row.ts';
import { type ColumnProblem, columnProblems, name, objectId, objectType, text } from './column-rules.ts';
import { exportedProblem, quarantineProblem, readJson } from './json-rules.ts';
import { damagedRow } from './damaged-row.ts';
import type { Finding, FindingCode } from './finding.ts';

/** An object as read by an audit. `deletedBy` is null if a damaged row does not name the run. */
export type AuditedObject = { readonly row: ReadRow; readonly sourceAnchor: string } & (
  | { readonly state: 'whole'; readonly object: DirectoryObject; readonly isUnfinished: boolean }
  | { readonly state: 'deleted'; readonly deletedBy: string | null }
  | { readonly state: 'unreadable' }
);

/** Reads the row of an object, and returns its damage. */
export function checkObject(row: ReadRow): { readonly audited: AuditedObject; readonly findings: readonly Finding[] } {
  const anchor = textOfKeyPart(row.rowKey.slice('object|'.length));
  if (anchor === null) {
    const problem = { column: 'RowKey', detail: 'no object can have this key', repairAs: undefined };
    return { audited: { row, sourceAnchor: row.rowKey, state: 'unreadable' }, findings: damagedRow(row, [problem]) };
  }
  const hasObject = row.exported !== undefined || row.exported_0 !== undefined;
  return !hasObject && (row.deletedBy || row.objectType === '')
    ? checkDeleted(row, anchor)
    : checkLive(row, anchor, hasObject);
}

function checkDeleted(row: ReadRow, sourceAnchor: string): ReturnType<typeof checkObject> {
  const deletedBy = typeof row.deletedBy === 'string' && row.deletedBy !== '' ? row.deletedBy : null;
  const problems = columnProblems(row, {
    sourceAnchor: { is: sourceAnchor },
    objectType: { is: '' },
    errorCount: { is: 0 },
    writtenBy: { ...name, repairAs: deletedBy ?? 'repair' },
  });
  return { audited: { row, sourceAnchor, state: 'deleted', deletedBy }, findings: damagedRow(row, problems) };
}

function checkLive(row: ReadRow, sourceAnchor: string, hasObject: boolean): ReturnType<typeof checkObject> {
  const exported = readJson(row, 'exported', exportedProblem);
  const list = readJson(row, 'dirSyncProvisioningErrors', quarantineProblem);
  const problems: ColumnProblem[] = [
    ...columnProblems(row, {
      sourceAnchor: { is: sourceAnchor },
      objectId,
      objectType,
      placeholder: text,
      writtenBy: { ...name, repairAs: 'repair' },
      ...('value' in list ? { errorCount: { is: (list.value as readonly unknown[]).length } } : {}),
      ...(hasObject ? { deletedBy: { may: (by) => by === undefined || by === '', says: 'missing' } } : {}),
    }),
    ...[exported, list].flatMap((json) =>
      'problem' in json ? [{ column: 'JSON', detail: json.problem, repairAs: undefined }] : [],
    ),
  ];
  const findings = damagedRow(row, problems);
  if ('problem' in exported || 'problem' in list || findings.some(({ repair }) => repair === null)) {
    return { audited: { row, sourceAnchor, state: 'unreadable' }, findings };
  }
  const object: DirectoryObject = {
    sourceAnchor,
    objectId: row.objectId as string,
    objectType: row.objectType as ObjectType,
    exported: exported.value as ExportedAttributes,
    placeholder: (row.placeholder as string) || null,
    quarantined: list.value as readonly QuarantinedValue[],
  };
  return {
    audited: { row, sourceAnchor, state: 'whole', object, isUnfinished: isUnfinishedRow(row) },
    findings: [...findings, ...contradictions(row, object)],
  };
}

function isUnfinishedRow({ writtenBy }: ReadRow): boolean {
  return typeof writtenBy === 'string' && isUnfinished({ writtenBy });
}

/** Returns the contradictions within an object. */
function contradictions(row: ReadRow, object: DirectoryObject): readonly Finding[] {
  const { rowKey, etag } = row;
  const finding = (code: FindingCode, detail: string, repair: Finding['repair'] = null): Finding => {
    return { code, rowKey, detail, evidence: { [rowKey]: etag }, repair };
  };
  const { sourceAnchor, objectType: type, exported, quarantined } = object;
  const invalid = validateExported({ operation: 'add', sourceAnchor }, type, exported);
  const quarantinable = quarantinableValues(object);
  const desired = quarantined.filter((entry) => quarantinable.has(quarantinedKey(entry)));
  return [
    ...(invalid ? [finding('RuleBroken', operationFailureMessage(invalid))] : []),
    ...undesired(row, quarantined, desired).map(({ detail, repair }) => finding('QuarantineNotAsked', detail, repair)),
    ...duplicatesAmong(desired).map((detail) => finding('QuarantinedTwice', detail)),
    ...placeholderProblems(object, desired).map(({ code, detail }) => finding(code, detail)),
  ];
}

/** Finds quarantined values that the object does not desire; the repair takes them off its list. */
function undesired(
  { rowKey, etag }: ReadRow,
  quarantined: readonly QuarantinedValue[],
  desired: readonly QuarantinedValue[],
): readonly Pick<Finding, 'detail' | 'repair'>[] {
  if (desired.length === quarantined.length) return [];
  const stray = quarantined.filter((entry) => !desired.includes(entry)).map(({ propertyValue }) => propertyValue);
  const columns = { errorCount: desired.length, ...jsonColumns('dirSyncProvisioningErrors', desired) };
  return [
    {
      detail: `The object lists ${quoted(stray)} as quarantined, but does not desire it.`,
      repair: { kind: 'write', touches: null, writes: [{ kind: 'merge', row: { rowKey, ...columns }, etag }] },
    },
  ];
}

function duplicatesAmong(desired: readonly QuarantinedValue[]): readonly string[] {
  const keys = desired.map(quarantinedKey);
  const twice = desired.filter((entry, index) => keys.indexOf(quarantinedKey(entry)) !== index);
  if (twice.length === 0) return [];
  return [`The object lists ${quoted(twice.map(({ propertyValue }) => propertyValue))} as quarantined more than once.`];
}

function placeholderProblems(
  object: DirectoryObject,
  desired: readonly QuarantinedValue[],
): readonly Pick<Finding, 'code' | 'detail'>[] {
  const { placeholder } = object;
  const problems: Pick<Finding, 'code' | 'detail'>[] = [];
  const waitsForName = desired.some(({ propertyName }) => propertyName === 'UserPrincipalName');
  if (waitsForName !== (placeholder !== null)) {
    const detail = waitsForName
      ? 'The user principal name is quarantined, but the user has no placeholder.'
      : `The user has the placeholder "${placeholder}", but its user principal name is not quarantined.`;
    problems.push({ code: 'PlaceholderAstray', detail });
  }
  if (placeholder !== null && waitsForPlaceholder(object, placeholder)) {
    const detail = `The user waits for the address of its own placeholder "${placeholder}".`;
    problems.push({ code: 'PlaceholderAwaited', detail });
  }
  return problems;
}

function waitsForPlaceholder({ exported, quarantined }: DirectoryObject, placeholder: string): boolean {
  const address = smtpKey(placeholder);
  const isExported = desiredAddresses(exported, null).some(({ key }) => key === address);
  return !isExported && quarantined.some((entry) => quarantinedKey(entry) === address);
}

/** Returns the desired values of an object that can be quarantined. */
function quarantinableValues(object: DirectoryObject): ReadonlySet<ValueKey> {
  const { exported } = object;
  const addresses = desiredAddresses(exported, userPrincipalNameOf(object)).map(({ key }) => key);
  const names = exported.userPrincipalName === null ? [] : [upnKey(exported.userPrincipalName)];
  return new Set([...names, ...addresses.filter((key) => spaceOf(key) === 'smtp')]);
}

function quoted(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(', ');
}
