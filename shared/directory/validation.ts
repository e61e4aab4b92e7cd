/** Validation of one operation on its own, before anything of it is written. Section 5 of the behaviour. */
import type { ExportedAttributes, ObjectType } from './objects.ts';
import type { Operation, WriteOperation } from './operation.ts';
import { isSmtp } from './values.ts';

export const operationFailureCodes = [
  'AttributeValueMustBeUnique',
  'ObjectNotFound',
  'ObjectTypeMismatch',
  'IdentityDataValidationFailed',
  'DataValidationFailed',
  'LargeObject',
] as const;

/** Why an operation failed as a whole: nothing of it was applied. */
export type OperationFailure = {
  readonly code: (typeof operationFailureCodes)[number];
  readonly message: string;
  /** For a duplicate address that cannot be quarantined: the address, and the source anchor of the object that has it. */
  readonly conflict?: { readonly address: string; readonly holder: string | null };
};

/** Writes the failure for a duplicate address that cannot be quarantined; `holder` names the object that has it. */
export function duplicateAddress(
  { sourceAnchor, address }: { readonly sourceAnchor: string; readonly address: string },
  holder: string | null,
): OperationFailure {
  const who = holder === null ? 'other objects wait for it' : `${holder} has it`;
  return {
    code: 'AttributeValueMustBeUnique',
    message: `Cannot write object "${sourceAnchor}": its proxy address "${address}" must be unique, and ${who}. Addresses of this type are not quarantined: remove it from one of the two in its on-premises directory.`,
  };
}

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

/** So much of a value that breaks a rule is shown in the message. */
const shownCharacters = 300;

const forbiddenInUserPrincipalName = /[\\%&*+/=?{}|<>();:,[\]"]/u;
const forbiddenInSmtpAddress = /[<>();,[\]"]/u;
const addressType = /^[a-z0-9_-]+$/i;
const beyondAscii = /[\u0080-\uffff]/;
const unseen = /[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;
const whiteSpaceOrControl = /[\s\p{Cc}]/u;
const control = /\p{Cc}/u;

/** Checks a source anchor; gives what is wrong with it. */
export function validateSourceAnchor(sourceAnchor: string): string | undefined {
  const { length } = sourceAnchor;
  if (length === 0 || length > limits.sourceAnchor) {
    return `the source anchor has ${length} characters, 1 to ${limits.sourceAnchor} are allowed`;
  }
  return sourceAnchor.isWellFormed() ? undefined : 'the source anchor has half of a surrogate pair';
}

/** Checks what can be checked of an operation without knowing the object. */
export function validateOperation(operation: Operation): OperationFailure | undefined {
  const problem = validateSourceAnchor(operation.sourceAnchor);
  return problem ? failure('DataValidationFailed', operation, problem) : undefined;
}

/**
 * Checks an object as it would be after an operation; returns the first rule that it breaks. Behaviour 5.
 *
 * What the operation leaves as it is `stored` is not checked again: it may be older than a rule, and then the object could
 * not be changed at all.
 */
export function validateExported(
  operation: WriteOperation,
  objectType: ObjectType,
  exported: ExportedAttributes,
  { stored }: { readonly stored?: ExportedAttributes | undefined } = {},
): OperationFailure | undefined {
  const { displayName, mail, proxyAddresses, attributes } = exported;
  const userPrincipalName = userPrincipalNameProblem(exported.userPrincipalName, objectType, stored);
  if (userPrincipalName) return failure('IdentityDataValidationFailed', operation, userPrincipalName);
  const isNewList = !stored || !isSameList(proxyAddresses, stored.proxyAddresses);
  const tooMany = tooManyProblem({
    proxyAddresses: isNewList ? proxyAddresses : undefined,
    attributes: operation.attributes ? attributes : undefined,
  });
  if (tooMany) return failure('LargeObject', operation, tooMany);
  const problem =
    (displayName === stored?.displayName ? undefined : displayNameProblem(displayName)) ??
    (mail === stored?.mail ? undefined : mailProblem(mail)) ??
    firstOf(isNewList ? without(proxyAddresses, stored?.proxyAddresses) : [], proxyAddressProblem) ??
    firstOf(Object.entries(attributes), ([name, value]) =>
      stored && isSameAttribute(name, value, stored.attributes) ? undefined : attributeProblem([name, value]),
    );
  if (problem) return failure('DataValidationFailed', operation, problem);
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
 * Reports which of an object's lists has too many entries, or which attribute too many values. Behaviour 5.
 *
 * It looks at no entry, so it takes what has no known shape yet: a request can hold millions of them.
 */
export function tooManyProblem({
  proxyAddresses,
  attributes,
}: {
  readonly proxyAddresses?: unknown;
  readonly attributes?: unknown;
}): string | undefined {
  if (Array.isArray(proxyAddresses) && proxyAddresses.length > limits.proxyAddresses) {
    return `it has ${proxyAddresses.length} proxy addresses, at most ${limits.proxyAddresses} are allowed`;
  }
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return undefined;
  const names = Object.keys(attributes);
  if (names.length > limits.attributes) {
    return `it has ${names.length} attributes, at most ${limits.attributes} are allowed`;
  }
  for (const name of names) {
    const value = (attributes as Readonly<Record<string, unknown>>)[name];
    if (Array.isArray(value) && value.length > limits.attributeValues) {
      const shown = name.slice(0, shownCharacters);
      return `its attribute "${shown}" has ${value.length} values, at most ${limits.attributeValues} are allowed`;
    }
  }
  return undefined;
}

function firstOf<T>(items: readonly T[], problemOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem) return problem;
  }
  return undefined;
}

function failure(code: OperationFailure['code'], operation: Operation, problem: string): OperationFailure {
  const name = operation.sourceAnchor.slice(0, limits.sourceAnchor);
  return { code, message: `Cannot ${operation.operation} object "${name}": ${problem}.` };
}

function userPrincipalNameProblem(
  name: string | null,
  objectType: ObjectType,
  stored: ExportedAttributes | undefined,
): string | undefined {
  if (objectType !== 'User') {
    return name === null ? undefined : `a ${objectType} has no userPrincipalName; leave it out`;
  }
  if (name === null) return 'a user needs a userPrincipalName';
  const problem = name === stored?.userPrincipalName ? undefined : userPrincipalNameRule(name);
  return problem && `userPrincipalName "${name.slice(0, shownCharacters)}" ${problem}`;
}

function userPrincipalNameRule(name: string): string | undefined {
  const at = name.indexOf('@');
  if (at < 1 || name.includes('@', at + 1)) return 'needs exactly one "@", and not as its first character';
  const domain = name.slice(at + 1);
  if (at > limits.userPrincipalNamePrefix) {
    return `has ${at} characters before the "@", at most ${limits.userPrincipalNamePrefix} are allowed`;
  }
  if (domain.length > limits.userPrincipalNameDomain) {
    return `has ${domain.length} characters after the "@", at most ${limits.userPrincipalNameDomain} are allowed`;
  }
  const bad = forbiddenInUserPrincipalName.exec(name);
  if (bad) return `has the character ${bad[0]}, which is not allowed in one`;
  if (name.endsWith('.')) return 'ends with a dot';
  if (name[at - 1] === '.') return 'has a dot before the "@"';
  if (!domain.includes('.')) return 'has a domain without a dot';
  return (
    emptyLabelProblem(domain) ?? hyphenProblem(domain) ?? unseenProblem(name) ?? textProblem(name, whiteSpaceOrControl)
  );
}

function emptyLabelProblem(domain: string): string | undefined {
  const isEmpty = domain.startsWith('.') || domain.endsWith('.') || domain.includes('..');
  return isEmpty ? 'has a domain with a dot at its start or end, or two dots in a row' : undefined;
}

function hyphenProblem(domain: string): string | undefined {
  if (!domain.includes('-')) return undefined;
  const label = domain.split('.').find((one) => one.startsWith('-') || one.endsWith('-'));
  return label === undefined ? undefined : `has "${label}" in its domain, which begins or ends with a hyphen`;
}

/** Names the first character that is not seen or turns the text around it, by its position in the text as it is shown. */
function unseenProblem(text: string): string | undefined {
  // No character of ASCII is one: for most texts the dear search is spared.
  const found = beyondAscii.test(text) ? unseen.exec(text) : null;
  if (!found) return undefined;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const position = Array.from(text.slice(0, found.index)).length + 1;
  return `has the character U+${code} at position ${position}, which is invisible or changes the order of what is shown; remove it`;
}

function textProblem(text: string, forbidden: RegExp): string | undefined {
  if (!text.isWellFormed()) return 'has half of a surrogate pair';
  return forbidden.test(text) ? 'has white space or a control character, which is not allowed' : undefined;
}

function displayNameProblem(displayName: string | null): string | undefined {
  if (displayName === null) return undefined;
  if (displayName.trim() === '') return 'displayName is blank; give a name, or leave it out';
  if (displayName.length > limits.displayName) {
    return `displayName has ${displayName.length} characters, at most ${limits.displayName} are allowed`;
  }
  return displayName.isWellFormed() ? undefined : 'displayName has half of a surrogate pair';
}

function mailProblem(mail: string | null): string | undefined {
  const problem = mail === null ? undefined : smtpAddressRule(mail);
  return problem && `mail "${mail?.slice(0, shownCharacters)}" ${problem}`;
}

function proxyAddressProblem(address: string): string | undefined {
  const problem = isSmtp(address) ? smtpAddressRule(address.slice(5), address) : otherAddressRule(address);
  return problem && `proxy address "${address.slice(0, shownCharacters)}" ${problem}`;
}

function smtpAddressRule(address: string, asShown = address): string | undefined {
  if (address.length > limits.smtpAddress) {
    return `has ${address.length} characters, at most ${limits.smtpAddress} are allowed`;
  }
  if (address.includes(':')) return 'has a ":" in the address, only the one after the type is allowed';
  const at = address.indexOf('@');
  if (at < 1 || at === address.length - 1 || address.includes('@', at + 1)) {
    return 'is not of the form local@domain';
  }
  const bad = forbiddenInSmtpAddress.exec(address);
  if (bad) return `has the character ${bad[0]}, which is not allowed in one`;
  return (
    emptyLabelProblem(address.slice(at + 1)) ?? unseenProblem(asShown) ?? textProblem(address, whiteSpaceOrControl)
  );
}

function otherAddressRule(address: string): string | undefined {
  const colon = address.indexOf(':');
  if (!addressType.test(address.slice(0, Math.max(colon, 0))) || colon === address.length - 1) {
    return 'has no type before it; write it as "smtp:local@domain" or "X500:/o=..."';
  }
  if (address.length > limits.otherAddress) {
    return `has ${address.length} characters, at most ${limits.otherAddress} are allowed`;
  }
  return textProblem(address, control);
}

function attributeProblem([name, value]: [string, string | readonly string[]]): string | undefined {
  if (name === '' || name === '__proto__') return `attributes has the name "${name}", which is not allowed`;
  const texts = [name, value].flat();
  if (texts.every((text) => text.isWellFormed())) return undefined;
  return `attribute "${name.slice(0, shownCharacters)}" has half of a surrogate pair`;
}

function sizeFailure(
  operation: WriteOperation,
  exported: ExportedAttributes,
  stored: ExportedAttributes | undefined,
): OperationFailure | undefined {
  if (!mayBeLarge(exported)) return undefined;
  const bytes = bytesOf(exported);
  if (bytes <= limits.objectBytes || (stored && bytes <= bytesOf(stored))) return undefined;
  const problem = `it has ${bytes} bytes in all, at most ${limits.objectBytes} are allowed`;
  return failure('LargeObject', operation, problem);
}

function bytesOf(exported: ExportedAttributes): number {
  return new TextEncoder().encode(JSON.stringify(exported)).length;
}

/** Spares ordinary objects the encoding: without further attributes, 400 addresses stay well below the limit. */
function mayBeLarge({ attributes, proxyAddresses }: ExportedAttributes): boolean {
  let characters = 0;
  for (const name in attributes) {
    const value = attributes[name];
    characters += name.length + (typeof value === 'string' ? value.length : (value?.join().length ?? 0)) + 2;
  }
  // A character is at most six bytes of JSON in UTF-8, an address at most 1,024 characters; what stands around an
  // attribute is less than two characters.
  return characters * 6 + proxyAddresses.length * limits.otherAddress * 6 + 16_384 > limits.objectBytes;
}
