/** Findings: what an audit says of a row that is not as it should be, and what would mend it. */
import type { Repair } from '../store/repairs.ts';

export const findingCodes = [
  'RegistrationDamaged',
  'UnknownRow',
  'DamagedRow',
  'RuleBroken',
  'QuarantineNotAsked',
  'QuarantinedTwice',
  'PlaceholderAstray',
  'PlaceholderAwaited',
  'ValueHeldTwice',
  'ValueRowMissing',
  'ValueRowWrong',
  'ValueRowStray',
  'VacancyMissing',
  'VacancyStray',
  'VacancyNotSwept',
  'ErrorRowMissing',
  'ErrorRowStale',
  'ErrorRowStray',
  'FormerKey',
  'HistoryMissing',
  'SummaryWrong',
] as const;

/** What is wrong, as a word for programs. */
export type FindingCode = (typeof findingCodes)[number];

/** One row that is not as it should be; a row that is missing is named by the key that it should have. */
export type Finding = {
  readonly code: FindingCode;
  readonly rowKey: string;
  /** What is so, for a person. */
  readonly detail: string;
  /** The ETags of the rows that it follows from, null for one that is not there: while they stand, it is true. */
  readonly evidence: Readonly<Record<string, string | null>>;
  /** What mends it; null where that would be a guess. */
  readonly mend: Repair | null;
};

/** Tells two findings of two scans apart: equal ones are the same, and nothing that they follow from has changed. */
export function fingerprint({ code, rowKey, detail, evidence }: Finding): string {
  return JSON.stringify([code, rowKey, detail, Object.entries(evidence).sort()]);
}
