/** Findings about single columns of one row. */
import type { ReadRow } from '../store/rows.ts';
import type { ColumnProblem } from './column-rules.ts';
import type { Finding } from './finding.ts';

/** Gives the findings for columns that are wrong: one for those that can be written again, one for those that cannot. */
export function damagedRow(row: ReadRow, problems: readonly ColumnProblem[]): readonly Finding[] {
  const { rowKey, etag } = row;
  const finding = (some: readonly ColumnProblem[], mend: Finding['mend']): readonly Finding[] =>
    some.length === 0
      ? []
      : [{ code: 'DamagedRow', rowKey, detail: detailOf(some), evidence: { [rowKey]: etag }, mend }];
  const known = problems.filter(({ mendAs }) => mendAs !== undefined);
  const columns = Object.fromEntries(known.flatMap(({ column, mendAs = '' }) => [[column, mendAs]]));
  return [
    ...finding(known, {
      kind: 'write',
      touches: null,
      writes: [{ kind: 'merge', row: { rowKey, ...columns }, etag }],
    }),
    ...finding(
      problems.filter(({ mendAs }) => mendAs === undefined),
      null,
    ),
  ];
}

/** Lists what is wrong with the columns of a row, as a sentence. */
export function detailOf(problems: readonly { readonly detail: string }[]): string {
  return `${problems.map(({ detail }) => detail).join('; ')}.`;
}
