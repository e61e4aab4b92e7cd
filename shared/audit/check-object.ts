/** Checks the object rows: what is in them, and what each says of itself. All else follows from them. */
import {
  desiredAddresses,
  type DirectoryObject,
  type ExportedAttributes,
  type ObjectType,
  quarantinedKey,
  type QuarantinedValue,
  userPrincipalNameOf,
} from '../directory/objects.ts';
import { validateExported } from '../directory/validation.ts';
import { smtpKey, spaceOf, upnKey, type ValueKey } from '../directory/values.ts';
import { jsonColumns } from '../store/columns.ts';
import { isUnfinished } from '../store/is-unfinished.ts';
import { textOfKeyPart } from '../store/keys.ts';
import type { ReadRow } from '../store/row.ts';
import {
  type ColumnProblem,
  columnProblems,
  exportedProblem,
  name,
  objectId,
  objectType,
  quarantineProblem,
  readJson,
  text,
} from './column-rules.ts';
import { damagedRow } from './damaged-row.ts';
import type { Finding, FindingCode } from './finding.ts';

/** An object as the audit takes it: whole, deleted (null where the row does not say by whom), or not to be read. */
export type AuditedObject = { readonly row: ReadRow; readonly sourceAnchor: string } & (
  | { readonly state: 'whole'; readonly object: DirectoryObject; readonly isUnfinished: boolean }
  | { readonly state: 'deleted'; readonly deletedBy: string | null }
  | { readonly state: 'unreadable' }
);

/** Reads an object row, with what is wrong with it. */
export function checkObject(row: ReadRow): { readonly audited: AuditedObject; readonly findings: readonly Finding[] } {
  const anchor = textOfKeyPart(row.rowKey.slice('object|'.length));
  if (anchor === null) {
    const problem = { column: 'RowKey', detail: 'the key is none that an object has', repairAs: undefined };
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

/** Gives what an object says of itself that cannot be. */
function contradictions(row: ReadRow, object: DirectoryObject): readonly Finding[] {
  const { rowKey, etag } = row;
  const { sourceAnchor, exported, placeholder, quarantined } = object;
  const finding = (code: FindingCode, detail: string, repair: Finding['repair'] = null): Finding => ({
    code,
    rowKey,
    detail,
    evidence: { [rowKey]: etag },
    repair,
  });
  const findings: Finding[] = [];
  const invalid = validateExported({ operation: 'add', sourceAnchor }, object.objectType, exported);
  if (invalid) findings.push(finding('RuleBroken', invalid.message));

  const wanted = wantedValues(object);
  const asked = quarantined.filter((entry) => wanted.has(quarantinedKey(entry)));
  if (asked.length < quarantined.length) {
    const stray = quarantined.filter((entry) => !asked.includes(entry)).map(({ propertyValue }) => propertyValue);
    const columns = { errorCount: asked.length, ...jsonColumns('dirSyncProvisioningErrors', asked) };
    findings.push(
      finding('QuarantineNotAsked', `The object lists ${quoted(stray)} as quarantined, and does not ask for it.`, {
        kind: 'write',
        touches: null,
        writes: [{ kind: 'merge', row: { rowKey, ...columns }, etag }],
      }),
    );
  }
  const keys = asked.map(quarantinedKey);
  const twice = asked.filter((entry, index) => keys.indexOf(quarantinedKey(entry)) !== index);
  if (twice.length > 0) {
    const values = quoted(twice.map(({ propertyValue }) => propertyValue));
    findings.push(finding('QuarantinedTwice', `The object lists ${values} as quarantined more than once.`));
  }
  const waitsForName = asked.some(({ propertyName }) => propertyName === 'UserPrincipalName');
  if (waitsForName !== (placeholder !== null)) {
    const detail = waitsForName
      ? 'The user principal name is quarantined, and the user has no placeholder.'
      : `The user has the placeholder "${placeholder}", and its user principal name is not quarantined.`;
    findings.push(finding('PlaceholderAstray', detail));
  }
  if (placeholder !== null && waitsForPlaceholder(object, placeholder)) {
    findings.push(finding('PlaceholderAwaited', `The user waits for the address of its placeholder "${placeholder}".`));
  }
  return findings;
}

function waitsForPlaceholder({ exported, quarantined }: DirectoryObject, placeholder: string): boolean {
  const address = smtpKey(placeholder);
  const isExported = desiredAddresses(exported, null).some(({ key }) => key === address);
  return !isExported && quarantined.some((entry) => quarantinedKey(entry) === address);
}

/** The values of an object that can be quarantined. */
function wantedValues(object: DirectoryObject): ReadonlySet<ValueKey> {
  const { exported } = object;
  const addresses = desiredAddresses(exported, userPrincipalNameOf(object)).map(({ key }) => key);
  const names = exported.userPrincipalName === null ? [] : [upnKey(exported.userPrincipalName)];
  return new Set([...names, ...addresses.filter((key) => spaceOf(key) === 'smtp')]);
}

function quoted(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(', ');
}
