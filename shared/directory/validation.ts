/** Validates one operation on its own, before anything of it is written. Behaviour 5. */
import type { ExportedAttributes, ObjectType } from './objects.ts';
import type { Operation, WriteOperation } from './operation.ts';
import type {
  FailureReason,
  InvalidValue,
  OperationFailure,
  OperationFailureCode,
  ValueProblem,
} from './operation-failure.ts';
import { isSmtp } from './values.ts';

/** The limits of one object. Lengths in characters, the size of the object in bytes of its JSON in UTF-8. */
export const limits = {
  sourceAnchor: 59,
  displayName: 256,
  userPrincipalNamePrefix: 64,
  userPrincipalNameDomain: 48,
  smtpAddress: 256,
  otherAddress: 1024,
  proxyAddresses: 400,
  attributes: 1_000,
  attributeValues: 1_000,
  objectBytes: 512 * 1024,
} as const;

const forbiddenInUserPrincipalName = /[\\%&*+/=?{}|<>();:,[\]"]/u;
const forbiddenInSmtpAddress = /[<>();,[\]"]/u;
const addressType = /^[a-z0-9_-]+$/i;
const beyondAscii = /[\u0080-\uffff]/;
const invisible = /[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;
const whiteSpaceOrControl = /[\s\p{Cc}]/u;
const control = /\p{Cc}/u;

/** Checks a source anchor; returns the rule that it breaks. */
export function validateSourceAnchor(sourceAnchor: string): ValueProblem | undefined {
  const { length } = sourceAnchor;
  if (length === 0 || length > limits.sourceAnchor) {
    return { rule: 'length', part: 'all', length, most: limits.sourceAnchor };
  }
  return sourceAnchor.isWellFormed() ? undefined : { rule: 'surrogate' };
}

/** Checks an operation without its object; returns the first rule that it breaks. */
export function validateOperation(operation: Operation): OperationFailure | undefined {
  const problem = validateSourceAnchor(operation.sourceAnchor);
  return (
    problem && failure('DataValidationFailed', operation, invalid('sourceAnchor', operation.sourceAnchor, problem))
  );
}

/**
 * Checks an object as it would be after an operation; returns the first rule that it breaks.
 *
 * A `stored` value that the operation does not change is not checked again: it may be older than a rule, and then the
 * object could not be changed at all.
 */
export function validateExported(
  operation: WriteOperation,
  objectType: ObjectType,
  exported: ExportedAttributes,
  { stored }: { readonly stored?: ExportedAttributes | undefined } = {},
): OperationFailure | undefined {
  const { displayName, mail, proxyAddresses, attributes } = exported;
  const userPrincipalName = userPrincipalNameReason(exported.userPrincipalName, objectType, stored);
  if (userPrincipalName) return failure('IdentityDataValidationFailed', operation, userPrincipalName);
  const isNewList = !stored || !isSameList(proxyAddresses, stored.proxyAddresses);
  const tooMany = findTooMany({
    proxyAddresses: isNewList ? proxyAddresses : undefined,
    attributes: operation.attributes ? attributes : undefined,
  });
  if (tooMany) return failure('LargeObject', operation, tooMany);
  const reason =
    (displayName === stored?.displayName ? undefined : displayNameReason(displayName)) ??
    (mail === stored?.mail ? undefined : mailReason(mail)) ??
    firstOf(isNewList ? without(proxyAddresses, stored?.proxyAddresses) : [], proxyAddressReason) ??
    firstOf(Object.entries(attributes), ([name, value]) =>
      stored && isSameAttribute(name, value, stored.attributes) ? undefined : attributeReason([name, value]),
    );
  if (reason) return failure('DataValidationFailed', operation, reason);
  return sizeFailure(operation, exported, stored);
}

function without(texts: readonly string[], known: readonly string[] = []): readonly string[] {
  if (known.length === 0) return texts;
  const left = new Set(known);
  return texts.filter((text) => !left.has(text));
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left === right || (left.length === right.length && left.every((text, index) => text === right[index]));
}

function isSameAttribute(
  name: string,
  value: string | readonly string[],
  stored: ExportedAttributes['attributes'],
): boolean {
  const known = Object.hasOwn(stored, name) ? stored[name] : undefined;
  return known === value || (typeof known === 'object' && typeof value === 'object' && isSameList(known, value));
}

/**
 * Finds a list of an object with too many entries, or an attribute with too many values.
 *
 * It looks at no entry, so it takes values whose shape is not known yet: a request can hold millions of them.
 */
export function findTooMany({
  proxyAddresses,
  attributes,
}: {
  readonly proxyAddresses?: unknown;
  readonly attributes?: unknown;
}): (FailureReason & { readonly kind: 'tooMany' }) | undefined {
  if (Array.isArray(proxyAddresses) && proxyAddresses.length > limits.proxyAddresses) {
    return { kind: 'tooMany', of: 'proxyAddresses', count: proxyAddresses.length, most: limits.proxyAddresses };
  }
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return undefined;
  const names = Object.keys(attributes);
  if (names.length > limits.attributes) {
    return { kind: 'tooMany', of: 'attributes', count: names.length, most: limits.attributes };
  }
  for (const name of names) {
    const value = (attributes as Readonly<Record<string, unknown>>)[name];
    if (Array.isArray(value) && value.length > limits.attributeValues) {
      return { kind: 'tooMany', of: { valuesOf: name }, count: value.length, most: limits.attributeValues };
    }
  }
  return undefined;
}

function firstOf<T, Result>(items: readonly T[], look: (item: T) => Result | undefined): Result | undefined {
  for (const item of items) {
    const found = look(item);
    if (found) return found;
  }
  return undefined;
}

function failure(code: OperationFailureCode, operation: Operation, reason: FailureReason): OperationFailure {
  return { code, operation: operation.operation, sourceAnchor: operation.sourceAnchor, reason };
}

function invalid(of: InvalidValue['of'], value: string, problem: ValueProblem): InvalidValue {
  return { kind: 'invalidValue', of, value, problem };
}

function userPrincipalNameReason(
  name: string | null,
  objectType: ObjectType,
  stored: ExportedAttributes | undefined,
): FailureReason | undefined {
  if (objectType !== 'User') return name === null ? undefined : { kind: 'userPrincipalNameNotAllowed', objectType };
  if (name === null) return { kind: 'userPrincipalNameMissing' };
  const problem = name === stored?.userPrincipalName ? undefined : userPrincipalNameProblem(name);
  return problem && invalid('userPrincipalName', name, problem);
}

function userPrincipalNameProblem(name: string): ValueProblem | undefined {
  const at = name.indexOf('@');
  if (at < 1 || name.includes('@', at + 1)) return { rule: 'oneAt' };
  const domain = name.slice(at + 1);
  if (at > limits.userPrincipalNamePrefix) {
    return { rule: 'length', part: 'prefix', length: at, most: limits.userPrincipalNamePrefix };
  }
  if (domain.length > limits.userPrincipalNameDomain) {
    return { rule: 'length', part: 'domain', length: domain.length, most: limits.userPrincipalNameDomain };
  }
  const forbidden = forbiddenInUserPrincipalName.exec(name);
  if (forbidden) return { rule: 'character', character: forbidden[0] };
  if (name.endsWith('.')) return { rule: 'dotAtEnd' };
  if (name[at - 1] === '.') return { rule: 'dotBeforeAt' };
  if (!domain.includes('.')) return { rule: 'domainWithoutDot' };
  return (
    emptyLabelProblem(domain) ??
    hyphenProblem(domain) ??
    invisibleProblem(name) ??
    textProblem(name, whiteSpaceOrControl)
  );
}

function emptyLabelProblem(domain: string): ValueProblem | undefined {
  const hasEmpty = domain.startsWith('.') || domain.endsWith('.') || domain.includes('..');
  return hasEmpty ? { rule: 'emptyLabel' } : undefined;
}

function hyphenProblem(domain: string): ValueProblem | undefined {
  if (!domain.includes('-')) return undefined;
  const label = domain.split('.').find((one) => one.startsWith('-') || one.endsWith('-'));
  return label === undefined ? undefined : { rule: 'hyphen', label };
}

/** Finds the first character that is invisible or changes the order of the text around it. */
function invisibleProblem(text: string): ValueProblem | undefined {
  // None of these is in ASCII: most texts are spared the expensive search.
  const found = beyondAscii.test(text) ? invisible.exec(text) : null;
  if (!found) return undefined;
  const position = Array.from(text.slice(0, found.index)).length + 1;
  return { rule: 'invisible', codePoint: found[0].codePointAt(0) ?? 0, position };
}

function textProblem(text: string, forbidden: RegExp): ValueProblem | undefined {
  if (!text.isWellFormed()) return { rule: 'surrogate' };
  return forbidden.test(text) ? { rule: 'whiteSpace' } : undefined;
}

function displayNameReason(displayName: string | null): InvalidValue | undefined {
  if (displayName === null) return undefined;
  const problem = displayNameProblem(displayName);
  return problem && invalid('displayName', displayName, problem);
}

function displayNameProblem(displayName: string): ValueProblem | undefined {
  if (displayName.trim() === '') return { rule: 'blank' };
  if (displayName.length > limits.displayName) {
    return { rule: 'length', part: 'all', length: displayName.length, most: limits.displayName };
  }
  return displayName.isWellFormed() ? undefined : { rule: 'surrogate' };
}

function mailReason(mail: string | null): InvalidValue | undefined {
  const problem = mail === null ? undefined : smtpAddressProblem(mail);
  return problem && invalid('mail', mail ?? '', problem);
}

function proxyAddressReason(address: string): InvalidValue | undefined {
  const problem = isSmtp(address) ? smtpAddressProblem(address.slice(5), address) : otherAddressProblem(address);
  return problem && invalid('proxyAddress', address, problem);
}

function smtpAddressProblem(address: string, asShown = address): ValueProblem | undefined {
  const { length } = address;
  if (length > limits.smtpAddress) return { rule: 'length', part: 'all', length, most: limits.smtpAddress };
  if (address.includes(':')) return { rule: 'colon' };
  const at = address.indexOf('@');
  if (at < 1 || at === length - 1 || address.includes('@', at + 1)) return { rule: 'form' };
  const forbidden = forbiddenInSmtpAddress.exec(address);
  if (forbidden) return { rule: 'character', character: forbidden[0] };
  return (
    emptyLabelProblem(address.slice(at + 1)) ?? invisibleProblem(asShown) ?? textProblem(address, whiteSpaceOrControl)
  );
}

function otherAddressProblem(address: string): ValueProblem | undefined {
  const colon = address.indexOf(':');
  const { length } = address;
  if (!addressType.test(address.slice(0, Math.max(colon, 0))) || colon === length - 1) return { rule: 'type' };
  if (length > limits.otherAddress) return { rule: 'length', part: 'all', length, most: limits.otherAddress };
  return textProblem(address, control);
}

function attributeReason([name, value]: [string, string | readonly string[]]): FailureReason | undefined {
  if (name === '' || name === '__proto__') return { kind: 'attributeNameNotAllowed', name };
  const texts = [name, value].flat();
  return texts.every((text) => text.isWellFormed()) ? undefined : invalid('attribute', name, { rule: 'surrogate' });
}

function sizeFailure(
  operation: WriteOperation,
  exported: ExportedAttributes,
  stored: ExportedAttributes | undefined,
): OperationFailure | undefined {
  if (!mayBeLarge(exported)) return undefined;
  const bytes = bytesOf(exported);
  if (bytes <= limits.objectBytes || (stored && bytes <= bytesOf(stored))) return undefined;
  return failure('LargeObject', operation, { kind: 'objectTooLarge', bytes, most: limits.objectBytes });
}

function bytesOf(exported: ExportedAttributes): number {
  return new TextEncoder().encode(JSON.stringify(exported)).length;
}

/** Spares ordinary objects the encoding: without further attributes, 400 addresses are well below the limit. */
function mayBeLarge({ attributes, proxyAddresses }: ExportedAttributes): boolean {
  let characters = 0;
  for (const name in attributes) {
    const value = attributes[name];
    characters += name.length + (typeof value === 'string' ? value.length : (value?.join().length ?? 0)) + 2;
  }
  // A character is at most six bytes of JSON in UTF-8, an address at most 1,024 characters; the marks around an
  // attribute are less than two characters.
  return characters * 6 + proxyAddresses.length * limits.otherAddress * 6 + 16_384 > limits.objectBytes;
}
