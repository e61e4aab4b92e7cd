/** Checks the rows of failed operations, each on its own. */
import { operationFailureCodes } from '../directory/validation.ts';
import { textOfKeyPart } from '../store/keys.ts';
import type { ReadRow } from '../store/rows.ts';
import { columnProblems, name, objectId, objectType, oneOf, orNothing, text, time } from './column-rules.ts';
import { damagedRow, detailOf } from './damaged-row.ts';
import type { Finding } from './finding.ts';

/** Gives what is wrong with the row of a failure. One that cannot be mended is removed: the next export says it again. */
export function failureFindings(row: ReadRow): readonly Finding[] {
  const { rowKey, etag } = row;
  const problems = columnProblems(row, {
    sourceAnchor: { is: textOfKeyPart(rowKey.slice('failure|'.length)) ?? '' },
    objectId: orNothing(objectId),
    operation: orNothing(oneOf(['add', 'update', 'delete'])),
    objectType: orNothing(objectType),
    displayName: text,
    code: oneOf(operationFailureCodes),
    message: name,
    since: time,
    exportId: name,
  });
  if (problems.every(({ mendAs }) => mendAs !== undefined)) return damagedRow(row, problems);
  const detail = detailOf(problems);
  return [{ code: 'DamagedRow', rowKey, detail, evidence: { [rowKey]: etag }, mend: { kind: 'remove', rowKey, etag } }];
}
