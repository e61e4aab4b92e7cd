/** Why an operation failed as a whole. The words are in `shared/messages/operation-failures.ts`. */
import type { ObjectType } from './objects.ts';
import type { Operation } from './operation.ts';
import type { ObjectReference } from './provisioning-error.ts';

export const operationFailureCodes = [
  'AttributeValueMustBeUnique',
  'ObjectNotFound',
  'ObjectTypeMismatch',
  'IdentityDataValidationFailed',
  'DataValidationFailed',
  'LargeObject',
] as const;
export type OperationFailureCode = (typeof operationFailureCodes)[number];

/** A failed operation: nothing of it was applied. `operation` is null if the export as a whole refused it. */
export type OperationFailure = {
  readonly code: OperationFailureCode;
  readonly operation: Operation['operation'] | null;
  readonly sourceAnchor: string | null;
  readonly reason: FailureReason;
};

/** The facts of a failure. */
export type FailureReason =
  | { readonly kind: 'objectNotFound' }
  | { readonly kind: 'objectTypeMissing' }
  | { readonly kind: 'objectTypeMismatch'; readonly objectType: ObjectType }
  /** The operation has not the form of one. `detail` says where, in the words of the schema. */
  | { readonly kind: 'malformed'; readonly index: number; readonly detail: string }
  /** An address of another type than SMTP that another object holds, or that others wait for (`holder` is null). */
  | {
      readonly kind: 'duplicateAddress';
      readonly address: string;
      /** The source anchor of the holder. */
      readonly holder: string | null;
      /** The holder as messages name it, once it is known. */
      readonly heldBy?: ObjectReference;
    }
  | {
      readonly kind: 'noPlaceholderLeft';
      readonly userPrincipalName: string;
      /** The first and the last of the placeholders; all are taken. */
      readonly placeholders: readonly [first: string, last: string];
      /** The user whose placeholder the operation desires, if that is another object. */
      readonly displaced: { readonly sourceAnchor: string; readonly placeholder: string } | null;
    }
  | { readonly kind: 'userPrincipalNameMissing' }
  | { readonly kind: 'userPrincipalNameNotAllowed'; readonly objectType: ObjectType }
  | {
      readonly kind: 'tooMany';
      readonly of: 'proxyAddresses' | 'attributes' | { readonly valuesOf: string };
      readonly count: number;
      readonly most: number;
    }
  | { readonly kind: 'objectTooLarge'; readonly bytes: number; readonly most: number }
  | { readonly kind: 'attributeNameNotAllowed'; readonly name: string }
  | InvalidValue;

/** A value that breaks a rule. Behaviour 5. */
export type InvalidValue = {
  readonly kind: 'invalidValue';
  readonly of: 'sourceAnchor' | 'userPrincipalName' | 'mail' | 'proxyAddress' | 'displayName' | 'attribute';
  /** The value; of an attribute, its name. */
  readonly value: string;
  readonly problem: ValueProblem;
};

/** The rule that a value breaks. Lengths in characters. */
export type ValueProblem =
  | {
      readonly rule: 'length';
      readonly part: 'all' | 'prefix' | 'domain';
      readonly length: number;
      readonly most: number;
    }
  | { readonly rule: 'oneAt' | 'form' | 'type' | 'colon' | 'blank' }
  | { readonly rule: 'dotAtEnd' | 'dotBeforeAt' | 'domainWithoutDot' | 'emptyLabel' }
  | { readonly rule: 'hyphen'; readonly label: string }
  | { readonly rule: 'character'; readonly character: string }
  /** A bidirectional control, or a default-ignorable character. `position` counts from 1. */
  | { readonly rule: 'invisible'; readonly codePoint: number; readonly position: number }
  | { readonly rule: 'whiteSpace' | 'surrogate' };

/** Returns the source anchor of the object that holds the address over which an operation failed; null if there is none. */
export function holderInConflict(failure: OperationFailure | undefined): string | null {
  return failure?.reason.kind === 'duplicateAddress' ? failure.reason.holder : null;
}
