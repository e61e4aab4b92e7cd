/** The words of failed operations. */
import type { FailureReason, InvalidValue, OperationFailure, ValueProblem } from '../directory/operation-failure.ts';
import { limits } from '../directory/validation.ts';
import { nameInSentence } from './provisioning-errors.ts';

/** A message shows at most this many characters of a value. */
const shownCharacters = 300;

/** Returns the message of a failed operation: the object, the reason, and what to do. */
export function operationFailureMessage({ operation, sourceAnchor, reason }: OperationFailure): string {
  const object = sourceAnchor === null ? 'an object' : `object "${sourceAnchor.slice(0, limits.sourceAnchor)}"`;
  const attempt =
    reason.kind === 'malformed' ? `apply operation ${reason.index} to ${object}` : `${operation ?? 'write'} ${object}`;
  return `Cannot ${attempt}: ${reasonText(reason)}`;
}

function reasonText(reason: FailureReason): string {
  switch (reason.kind) {
    case 'objectNotFound':
      return 'the object does not exist. Send it as an add.';
    case 'objectTypeMissing':
      return 'objectType is missing. It must be "User", "Group" or "Contact".';
    case 'objectTypeMismatch':
      return `it is a ${reason.objectType}, and the type of an object never changes. Delete it and add it again.`;
    case 'malformed':
      return `${reason.detail}.`;
    case 'duplicateAddress':
      return duplicateAddressText(reason);
    case 'noPlaceholderLeft':
      return noPlaceholderText(reason);
    case 'userPrincipalNameMissing':
      return 'a user needs a userPrincipalName.';
    case 'userPrincipalNameNotAllowed':
      return `a ${reason.objectType} has no userPrincipalName. Leave it out.`;
    case 'tooMany':
      return tooManyText(reason);
    case 'objectTooLarge':
      return `it has ${reason.bytes} bytes in all; at most ${reason.most} are allowed.`;
    case 'attributeNameNotAllowed':
      return `an attribute has the name "${reason.name}", which is not allowed.`;
    case 'invalidValue':
      return `${subjectOf(reason)} ${problemText(reason.problem, reason.of)}.`;
  }
}

type Of<Kind extends FailureReason['kind']> = FailureReason & { readonly kind: Kind };

function duplicateAddressText({ address, holder, heldBy }: Of<'duplicateAddress'>): string {
  const name = heldBy ? nameInSentence(heldBy) : `object "${holder}"`;
  const why = holder === null ? 'other objects wait for it' : `${name} holds it`;
  return `its proxy address "${address}" must be unique, and ${why}. Addresses of this type are not quarantined: remove it from one of the two objects in its on-premises directory.`;
}

function noPlaceholderText({ userPrincipalName, placeholders, displaced }: Of<'noPlaceholderLeft'>): string {
  const [first, last] = placeholders;
  const why = displaced
    ? `it desires "${displaced.placeholder}", which is the placeholder of object "${displaced.sourceAnchor}"`
    : `its userPrincipalName "${userPrincipalName}" is a duplicate`;
  return `${why}, and all 10,000 placeholders from "${first}" to "${last}" are taken. Resolve other conflicts over this prefix first, or change the value.`;
}

function tooManyText({ of, count, most }: Of<'tooMany'>): string {
  const allowed = `at most ${most} are allowed.`;
  if (of === 'proxyAddresses') return `it has ${count} proxy addresses; ${allowed}`;
  if (of === 'attributes') return `it has ${count} attributes; ${allowed}`;
  return `its attribute "${of.valuesOf.slice(0, shownCharacters)}" has ${count} values; ${allowed}`;
}

function subjectOf({ of, value }: InvalidValue): string {
  if (of === 'sourceAnchor' || of === 'displayName') return of;
  return `${of === 'proxyAddress' ? 'proxy address' : of} "${value.slice(0, shownCharacters)}"`;
}

function problemText(problem: ValueProblem, of: InvalidValue['of']): string {
  switch (problem.rule) {
    case 'length':
      return lengthText(problem, of);
    case 'oneAt':
      return 'needs exactly one "@", which is not its first character';
    case 'form':
      return 'does not have the form local@domain';
    case 'type':
      return 'has no type before it; write it as "smtp:local@domain" or "X500:/o=..."';
    case 'colon':
      return 'has a ":" in the address; only the one after the type is allowed';
    case 'blank':
      return 'is blank; send a name, or leave it out';
    case 'dotAtEnd':
      return 'ends with a dot';
    case 'dotBeforeAt':
      return 'has a dot before the "@"';
    case 'domainWithoutDot':
      return 'has a domain without a dot';
    case 'emptyLabel':
      return 'has a domain with a dot at its start or end, or two dots in a row';
    case 'hyphen':
      return `has "${problem.label}" in its domain, which begins or ends with a hyphen`;
    case 'character':
      return `has the character ${problem.character}, which is not allowed`;
    case 'invisible':
      return `has the character U+${hex(problem.codePoint)} at position ${problem.position}, which is invisible or changes the order of the text; remove it`;
    case 'whiteSpace':
      return 'has white space or a control character, which is not allowed';
    case 'surrogate':
      return 'has half of a surrogate pair';
  }
}

function lengthText(
  { part, length, most }: ValueProblem & { readonly rule: 'length' },
  of: InvalidValue['of'],
): string {
  const where = part === 'all' ? '' : ` ${part === 'prefix' ? 'before' : 'after'} the "@"`;
  const allowed = of === 'sourceAnchor' ? `1 to ${most} are allowed` : `at most ${most} are allowed`;
  return `has ${length} characters${where}; ${allowed}`;
}

function hex(codePoint: number): string {
  return codePoint.toString(16).toUpperCase().padStart(4, '0');
}
