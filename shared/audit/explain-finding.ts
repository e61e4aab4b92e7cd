/** What findings mean to an administrator, and what to do about those that no repair can mend. */
import { registerAgain } from '../store/registration-problems.ts';
import type { Finding, FindingCode } from './finding.ts';

type Words = {
  /** What follows from it while it stands. */
  readonly meaning: string;
  /** What a repair does. */
  readonly repair: string;
  /** What a person can do where a repair would be a guess. */
  readonly byHand: string;
};

const exportAgain =
  'Send a delete and an add of the object in one export: it becomes a new object, with rows that are whole. Then audit again.';

const words: Readonly<Record<FindingCode, Words>> = {
  RegistrationDamaged: {
    meaning:
      'Exports of the tenant and questions about it end with 503, and neither its sweep nor its mail takes place.',
    repair: '',
    byHand: registerAgain,
  },
  UnknownRow: {
    meaning: 'This service did not write the row, and never reads it.',
    repair: '',
    byHand: 'Find out who wrote it, and remove it if nobody needs it.',
  },
  DamagedRow: {
    meaning: 'What reads the row fails, or shows something that is not so.',
    repair:
      'Writes again what follows from the key and from other rows. A failure is removed: the next export of the object writes it again.',
    byHand:
      'Restore the row from a backup. An object whose row cannot be restored: remove the row, repair, and export the object as an add.',
  },
  RuleBroken: {
    meaning:
      'A value of the object breaks a rule of validation: it is older than the rule, or no export wrote it. It stays until an export changes it.',
    repair: '',
    byHand: 'Export the object with attributes that are valid.',
  },
  QuarantineNotAsked: {
    meaning: 'The report shows a conflict that the object has no part in, and a sweep may give it the value.',
    repair: 'Ends the quarantine.',
    byHand: exportAgain,
  },
  QuarantinedTwice: {
    meaning: 'The report counts one conflict twice.',
    repair: '',
    byHand: exportAgain,
  },
  PlaceholderAstray: {
    meaning: "The user signs in with a name that does not go with the user's provisioning errors.",
    repair: '',
    byHand: exportAgain,
  },
  PlaceholderAwaited: {
    meaning: 'An object waits for a name that this service invented for a user. No sweep resolves that.',
    repair: '',
    byHand: 'Export the waiting object again as it is: it gets the value, or the user gets another placeholder.',
  },
  ValueHeldTwice: {
    meaning: 'A value that must be unique is not.',
    repair: 'Leaves the value with the object that held it first; the other waits for it, a user with a placeholder.',
    byHand:
      'Which of them should have it, no row says. Decide whose the value is, remove it from the others in their on-premises directory, export that, and repair.',
  },
  ValueRowMissing: {
    meaning: 'Another object could take the value, and exports of this one end with 503.',
    repair: 'Writes the row from the objects that have the value or wait for it.',
    byHand: 'Audit again.',
  },
  ValueRowWrong: {
    meaning: 'The value may be refused to who should get it, given away twice, or never given out again.',
    repair: 'Writes the row from the objects that have the value or wait for it.',
    byHand: 'Audit again.',
  },
  ValueRowStray: {
    meaning: 'Nobody has the value, nobody waits for it, and yet nobody can get it.',
    repair: 'Removes the row: the value is free.',
    byHand: 'Audit again.',
  },
  VacancyMissing: {
    meaning: 'The sweep does not see that there is something to give out, or to remove.',
    repair: 'Tells the sweep of it.',
    byHand: 'Audit again.',
  },
  VacancyStray: {
    meaning: 'The sweep is told of something that is not so; it could remove an object that exists.',
    repair: 'Removes the row.',
    byHand: 'Audit again.',
  },
  VacancyNotSwept: {
    meaning: 'The value is vacant and an object waits for it, and the last sweep did not release it.',
    repair: '',
    byHand: 'Sweep the tenant, and audit again. If the value is still vacant, report it as a defect of this service.',
  },
  ErrorRowMissing: {
    meaning: 'The report does not show the conflict, and the sweep does not see that the object waits.',
    repair: 'Writes the row from the object.',
    byHand: 'Audit again.',
  },
  ErrorRowStale: {
    meaning: 'The report shows of the object what is no longer so.',
    repair: 'Writes the row from the object.',
    byHand: 'Audit again.',
  },
  ErrorRowStray: {
    meaning: 'The report shows a conflict that is over.',
    repair: 'Removes the row.',
    byHand: 'Audit again.',
  },
  FormerKey: {
    meaning:
      'The row is under the key that its value had before spellings were compared, and is not found by the value.',
    repair: 'Moves the row to the present key of the value.',
    byHand: 'Audit again.',
  },
  HistoryMissing: {
    meaning: 'The history does not say when and by which export or sweep a quarantine began or ended.',
    repair: '',
    byHand: 'Nothing needs to be done: objects and values are whole. What happened cannot be made up.',
  },
  SummaryWrong: {
    meaning: 'The head of the report shows numbers that are not so.',
    repair: 'Removes the row: whoever opens the report next counts anew.',
    byHand: 'Audit again.',
  },
};

/** Says what a finding means, and what to do: what a repair does, or what a person can do. */
export function explainFinding({ code, mend }: Finding): { readonly meaning: string; readonly remedy: string } {
  const { meaning, repair, byHand } = words[code];
  return { meaning, remedy: mend ? repair : byHand };
}
