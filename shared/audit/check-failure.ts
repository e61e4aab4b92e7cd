/** Checks the row of a failure. */
import { operationFailureCodes } from '../directory/operation-failure.ts';
import { textOfKeyPart } from '../store/keys.ts';
import type { ReadRow } from '../store/row.ts';
import { columnProblems, name, objectId, objectType, oneOf, orNothing, text, time } from './column-rules.ts';
import { damagedRow, detailOf } from './damaged-row.ts';
import type { Finding } from './finding.ts';

/** Returns the damage of a failure. A row that cannot be repaired is removed: the next export writes it again. */
export function checkFailure(row: ReadRow): readonly Finding[] {
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
  if (problems.every(({ repairAs }) => repairAs !== undefined)) return damagedRow(row, problems);
  const detail = detailOf(problems);
  return [
    { code: 'DamagedRow', rowKey, detail, evidence: { [rowKey]: etag }, repair: { kind: 'remove', rowKey, etag } },
  ];
}
