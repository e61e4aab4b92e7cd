/** Findings about single columns of one row. */
import type { ReadRow } from '../store/row.ts';
import type { ColumnProblem } from './column-rules.ts';
import type { Finding } from './finding.ts';

/** Returns one finding for the damaged columns whose right content is known, and one for the others. */
export function damagedRow(row: ReadRow, problems: readonly ColumnProblem[]): readonly Finding[] {
  const { rowKey, etag } = row;
  const finding = (some: readonly ColumnProblem[], repair: Finding['repair']): readonly Finding[] =>
    some.length === 0
      ? []
      : [{ code: 'DamagedRow', rowKey, detail: detailOf(some), evidence: { [rowKey]: etag }, repair }];
  const repairable = problems.filter(({ repairAs }) => repairAs !== undefined);
  const columns = Object.fromEntries(repairable.flatMap(({ column, repairAs = '' }) => [[column, repairAs]]));
  return [
    ...finding(repairable, {
      kind: 'write',
      touches: null,
      writes: [{ kind: 'merge', row: { rowKey, ...columns }, etag }],
    }),
    ...finding(
      problems.filter(({ repairAs }) => repairAs === undefined),
      null,
    ),
  ];
}

/** Joins the problems of a row to a sentence. */
export function detailOf(problems: readonly { readonly detail: string }[]): string {
  return `${problems.map(({ detail }) => detail).join('; ')}.`;
}
