/** What to do about an operation that failed, by its code. */
import type { OperationFailure } from '../../directory/operation-failure.ts';

/** What a code means, in a few words, and what to do. */
type FailureAdvice = { readonly meaning: string; readonly whatToDo: string };

/** The advice on each code of a failed operation. */
export const failureAdvice: Readonly<Record<OperationFailure['code'], FailureAdvice>> = {
  AttributeValueMustBeUnique: {
    meaning: 'A value that is never quarantined is a duplicate',
    whatToDo:
      'Find the object that the message names, decide which of the two should have the value, and remove it from the other on premises.',
  },
  ObjectNotFound: {
    meaning: 'An update of an object that is not here',
    whatToDo: 'Let the sync client run a full synchronisation, so that it sends the object as a new one.',
  },
  ObjectTypeMismatch: {
    meaning: 'The object is here as another type',
    whatToDo:
      'Take the object out of the scope of synchronisation for one cycle, so that it is deleted here, then put it back.',
  },
  IdentityDataValidationFailed: {
    meaning: 'The user principal name breaks a rule',
    whatToDo: 'Correct the user principal name in the on-premises directory; the message says what is wrong with it.',
  },
  DataValidationFailed: {
    meaning: 'An attribute breaks a rule',
    whatToDo: 'Correct the attribute in the on-premises directory; the message says which, and what is wrong with it.',
  },
  LargeObject: {
    meaning: 'The object is too large',
    whatToDo:
      'Remove addresses that are no longer used, or leave large attributes (photos, certificates, long lists) out of the synchronisation.',
  },
};
