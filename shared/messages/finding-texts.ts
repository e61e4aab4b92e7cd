/** The words of audit findings, by code. */

/** The words of one kind of finding. */
type FindingText = {
  /** Its consequence. */
  readonly meaning: string;
  /** What a repair does; empty if there is none. */
  readonly repair: string;
  /** What a person can do if a repair would be a guess. */
  readonly byHand: string;
};

/** What an administrator does about a registration that cannot be read. */
export const registerAgain =
  'Register the tenant again (PUT /api/tenants/{tenantId}): this writes all columns except "generation" and "deletingSince", which must be restored from a backup.';

const exportAgain =
  'Send a delete and an add of the object in one export: it becomes a new object with complete rows. Then audit again.';
const auditAgain = 'Audit again.';

/** The words of each kind of finding. */
export const findingTexts = {
  RegistrationDamaged: {
    meaning: 'Exports and questions about the tenant fail with 503, and it is neither swept nor mailed.',
    repair: '',
    byHand: registerAgain,
  },
  UnknownRow: {
    meaning: 'This service did not write the row, and never reads it.',
    repair: '',
    byHand: 'Find out who wrote it, and remove it if it is not needed.',
  },
  DamagedRow: {
    meaning: 'Requests that read the row fail, or show wrong data.',
    repair:
      'Rewrites the columns that follow from the key and from other rows. A damaged failure is removed: the next export of the object writes it again.',
    byHand:
      'Restore the row from a backup. If the row of an object cannot be restored: remove it, repair, and export the object as an add.',
  },
  RuleBroken: {
    meaning:
      'A value of the object breaks a rule of validation: it is older than the rule, or no export wrote it. It stays until an export changes it.',
    repair: '',
    byHand: 'Export the object with valid attributes.',
  },
  QuarantineNotAsked: {
    meaning:
      'The report shows a conflict of an object that does not desire the value, and a sweep may release the value to it.',
    repair: 'Ends the quarantine.',
    byHand: exportAgain,
  },
  QuarantinedTwice: {
    meaning: 'The report counts one conflict twice.',
    repair: '',
    byHand: exportAgain,
  },
  PlaceholderAstray: {
    meaning: "The user signs in with a name that does not match the user's provisioning errors.",
    repair: '',
    byHand: exportAgain,
  },
  PlaceholderAwaited: {
    meaning: 'An object waits for a name that this service invented for a user. No sweep resolves that.',
    repair: '',
    byHand: 'Export the waiting object again unchanged: it gets the value, or the user gets another placeholder.',
  },
  ValueHeldTwice: {
    meaning: 'A value that must be unique has more than one holder.',
    repair: 'Leaves the value with the object that held it first. The other waits for it; a user gets a placeholder.',
    byHand:
      'No row says which of them should have it. Decide, remove the value from the others in their on-premises directory, export that, and repair.',
  },
  ValueRowMissing: {
    meaning: 'Another object could take the value, and exports of this one fail with 503.',
    repair: 'Writes the row from the objects that hold the value or wait for it.',
    byHand: auditAgain,
  },
  ValueRowWrong: {
    meaning: 'The value may be refused to the object that should get it, get a second holder, or never be released.',
    repair: 'Writes the row from the objects that hold the value or wait for it.',
    byHand: auditAgain,
  },
  ValueRowStray: {
    meaning: 'No object holds the value or waits for it, and yet no object can get it.',
    repair: 'Removes the row: the value is vacant.',
    byHand: auditAgain,
  },
  VacancyMissing: {
    meaning: 'The sweep does not notice a vacant value or a deleted object.',
    repair: 'Adds the row that the sweep reads.',
    byHand: auditAgain,
  },
  VacancyStray: {
    meaning: 'The sweep reads of a vacancy or deletion that did not happen; it could remove an object that exists.',
    repair: 'Removes the row.',
    byHand: auditAgain,
  },
  VacancyNotSwept: {
    meaning: 'The value is vacant and an object waits for it, but the last sweep did not release it.',
    repair: '',
    byHand: 'Sweep the tenant, and audit again. If the value is still vacant, report it as a defect of this service.',
  },
  ErrorRowMissing: {
    meaning: 'The report does not show the conflict, and the sweep does not notice that the object waits.',
    repair: 'Writes the row from the object.',
    byHand: auditAgain,
  },
  ErrorRowStale: {
    meaning: 'The report shows the object as it was before.',
    repair: 'Writes the row from the object.',
    byHand: auditAgain,
  },
  ErrorRowStray: {
    meaning: 'The report shows a conflict that is over.',
    repair: 'Removes the row.',
    byHand: auditAgain,
  },
  FormerKey: {
    meaning: 'The row has the key of an earlier version, and is not found by its value.',
    repair: 'Moves the row to the present key of the value.',
    byHand: auditAgain,
  },
  HistoryMissing: {
    meaning: 'The history lacks the start or the end of a quarantine.',
    repair: '',
    byHand: 'Nothing: objects and values are complete, and past events cannot be restored.',
  },
  SummaryWrong: {
    meaning: 'The head of the report shows wrong numbers.',
    repair: 'Removes the row: the report counts again when it is next opened.',
    byHand: auditAgain,
  },
} as const satisfies Readonly<Record<string, FindingText>>;
