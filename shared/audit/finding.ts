/** Findings of an audit, with their repairs. */
import type { PlaceholderForm } from '../directory/placeholder.ts';
import type { Repair } from '../store/repairs.ts';

/** All kinds of findings; their words are in `shared/messages/finding-texts.ts`. */
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

/** The kind of a finding. */
export type FindingCode = (typeof findingCodes)[number];

/** A row that is wrong, missing or stray. A missing row is named by the key that it should have. */
export type Finding = {
  readonly code: FindingCode;
  readonly rowKey: string;
  /** What is wrong, for an administrator. */
  readonly detail: string;
  /** The ETags of the rows that the finding follows from, null for a missing row: it is true while they do not change. */
  readonly evidence: Readonly<Record<string, string | null>>;
  /** Null if a repair would be a guess. */
  readonly repair: Repair | null;
};

/** Returns the same text for the same finding of two scans, if no row that it follows from has changed in between. */
export function fingerprint({ code, rowKey, detail, evidence }: Finding): string {
  return JSON.stringify([code, rowKey, detail, Object.entries(evidence).sort()]);
}

/** What repairs are planned with: they write under this id and time. */
export type RepairStamp = {
  readonly repairId: string;
  readonly now: Date;
  /** When the last completed sweep began: it should have released all values that were vacant then. Undefined if unknown. */
  readonly lastSweepAt?: Date | undefined;
  /** The tenant's form of placeholders; without it, no repair can make a user wait for its UPN. */
  readonly placeholders?: { readonly form: PlaceholderForm; readonly random: () => number } | undefined;
};
