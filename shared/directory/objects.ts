/**
 * Objects, and the values that they desire, hold and wait for.
 *
 * An object consists of its exported attributes, its placeholder and its quarantined values. Everything else is derived:
 * the addresses in force are the desired ones without the quarantined ones. So every desired value is either on the
 * object or among its quarantined values, by construction. Behaviour 9.2.
 */
import { asSecondary, isPrimary, proxyAddressKey, smtpKey, spaceOf, upnKey, type ValueKey } from './values.ts';

export const objectTypes = ['User', 'Group', 'Contact'] as const;
export type ObjectType = (typeof objectTypes)[number];

/** The properties that can be quarantined. */
export const propertyNames = ['UserPrincipalName', 'ProxyAddresses'] as const;
export type PropertyName = (typeof propertyNames)[number];

/** The attributes as the sync client exported them. `attributes` are kept unchanged. */
export type ExportedAttributes = {
  readonly displayName: string | null;
  readonly userPrincipalName: string | null;
  readonly mail: string | null;
  readonly proxyAddresses: readonly string[];
  readonly exchangeLicensed: boolean;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
};

/** A value that the object desires and another object holds. `propertyValue` is as exported, `whenStarted` ISO 8601. */
export type QuarantinedValue = {
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly whenStarted: string;
  /** The index of the operation that desired it: objects that have waited since the same moment wait in this order. */
  readonly place?: number;
};

/** The moment since when an object has waited, and its place among those that have waited since then. */
export type Wait = Pick<QuarantinedValue, 'whenStarted' | 'place'>;

/** Returns the wait of a quarantined value. Rows of an earlier version have no place. */
export function waitOf({ whenStarted, place }: Wait): Wait {
  return place === undefined ? { whenStarted } : { whenStarted, place };
}

/** A user, group or contact. `placeholder` is the temporary UPN of a user whose own is quarantined. */
export type DirectoryObject = {
  readonly sourceAnchor: string;
  readonly objectId: string;
  readonly objectType: ObjectType;
  readonly exported: ExportedAttributes;
  readonly placeholder: string | null;
  readonly quarantined: readonly QuarantinedValue[];
};

/** Returns the user principal name in force; null for groups and contacts. */
export function userPrincipalNameOf(object: DirectoryObject): string | null {
  return object.placeholder ?? object.exported.userPrincipalName;
}

/** An address that an object desires: its key, and its spelling. */
export type DesiredAddress = { readonly key: ValueKey; readonly address: string };

/**
 * Returns the proxy addresses that an object desires, of all types, each value once. Behaviour 3.1, 3.3.
 *
 * The primary comes first, then the exported order, then the calculated address. The primary is the first `SMTP:`
 * address, or `mail` if none is exported; further `SMTP:` addresses are secondaries. The UPN in force is a secondary of
 * a licensed user.
 */
export function desiredAddresses(
  exported: ExportedAttributes,
  userPrincipalName: string | null,
): readonly DesiredAddress[] {
  const { proxyAddresses, mail, exchangeLicensed } = exported;
  const byKey = new Map<ValueKey, DesiredAddress>();
  const add = (address: string): void => {
    const key = proxyAddressKey(address);
    if (!byKey.has(key)) byKey.set(key, { key, address });
  };
  const primary = proxyAddresses.find(isPrimary) ?? (mail === null ? undefined : `SMTP:${mail}`);
  if (primary !== undefined) add(primary);
  for (const address of proxyAddresses) add(isPrimary(address) ? asSecondary(address) : address);
  if (exchangeLicensed && userPrincipalName !== null) add(`smtp:${userPrincipalName}`);
  return [...byKey.values()];
}

/** Returns the key of a quarantined value. */
export function quarantinedKey({ propertyName, propertyValue }: QuarantinedValue): ValueKey {
  return propertyName === 'UserPrincipalName' ? upnKey(propertyValue) : proxyAddressKey(propertyValue);
}

const noneQuarantined: ReadonlyMap<ValueKey, QuarantinedValue> = new Map();

/** Returns the values that an object waits for, by key. */
export function quarantinedValues(object: DirectoryObject): ReadonlyMap<ValueKey, QuarantinedValue> {
  if (object.quarantined.length === 0) return noneQuarantined;
  return new Map(object.quarantined.map((quarantined) => [quarantinedKey(quarantined), quarantined]));
}

function desiredAddressesOf(object: DirectoryObject): readonly DesiredAddress[] {
  return desiredAddresses(object.exported, userPrincipalNameOf(object));
}

/** Returns the proxy addresses in force: the primary, then in exported order, then the calculated address. */
export function proxyAddressesOf(object: DirectoryObject): readonly string[] {
  const quarantined = quarantinedValues(object);
  return desiredAddressesOf(object)
    .filter(({ key }) => !quarantined.has(key))
    .map(({ address }) => address);
}

/** Returns the `mail` in force: null while its address is quarantined. */
export function mailOf(object: DirectoryObject): string | null {
  const { mail } = object.exported;
  return mail !== null && quarantinedValues(object).has(smtpKey(mail)) ? null : mail;
}

/**
 * Reports whether an object holds a value only as its placeholder, or as the calculated address of its placeholder.
 *
 * The service invented such a value: it never blocks an object that desires the value. Behaviour 4.7.
 */
export function isHeldAsPlaceholder(object: DirectoryObject, key: ValueKey): boolean {
  const { placeholder } = object;
  if (placeholder !== null && key === upnKey(placeholder)) return true;
  return isAddressOfPlaceholder(object, key) && !quarantinedValues(object).has(key);
}

/** Reports whether an object desires an address only because it is licensed and on a placeholder. */
export function isAddressOfPlaceholder(
  { exported, placeholder }: Pick<DirectoryObject, 'exported' | 'placeholder'>,
  key: ValueKey,
): boolean {
  if (placeholder === null || key !== smtpKey(placeholder) || !exported.exchangeLicensed) return false;
  return !desiredAddresses(exported, null).some((desired) => desired.key === key);
}

/** Returns the values that an object holds: its UPN and its addresses in force. */
export function heldValues(object: DirectoryObject): ReadonlySet<ValueKey> {
  const quarantined = quarantinedValues(object);
  const held = new Set<ValueKey>();
  const userPrincipalName = userPrincipalNameOf(object);
  if (userPrincipalName !== null) held.add(upnKey(userPrincipalName));
  for (const { key } of desiredAddressesOf(object)) if (!quarantined.has(key)) held.add(key);
  return held;
}

/** Returns the spelling of a value that an object holds. */
export function spellingOf(object: DirectoryObject, key: ValueKey): string {
  if (spaceOf(key) === 'upn') return userPrincipalNameOf(object) ?? '';
  return proxyAddressesOf(object).find((address) => proxyAddressKey(address) === key) ?? '';
}

/** The attribute by which an object holds a value. */
export type HoldingAttribute = 'userPrincipalName' | 'proxyAddresses' | 'mail';

/** Returns the attribute by which an object holds a value; null if it does not hold it. */
export function holdingAttribute(object: DirectoryObject, key: ValueKey): HoldingAttribute | null {
  if (!heldValues(object).has(key)) return null;
  if (object.exported.proxyAddresses.some((address) => proxyAddressKey(address) === key)) return 'proxyAddresses';
  const { mail, proxyAddresses } = object.exported;
  const mailIsPrimary = mail !== null && !proxyAddresses.some(isPrimary) && smtpKey(mail) === key;
  return mailIsPrimary ? 'mail' : 'userPrincipalName';
}

/** Reports whether two sets of exported attributes are equal, including letter case and the order of addresses. */
export function sameExported(left: ExportedAttributes, right: ExportedAttributes): boolean {
  return (
    left.displayName === right.displayName &&
    left.userPrincipalName === right.userPrincipalName &&
    left.mail === right.mail &&
    left.exchangeLicensed === right.exchangeLicensed &&
    sameStrings(left.proxyAddresses, right.proxyAddresses) &&
    sameAttributes(left.attributes, right.attributes)
  );
}

/** Reports whether two states of one object are equal. */
export function sameObject(left: DirectoryObject, right: DirectoryObject): boolean {
  return (
    left.objectId === right.objectId &&
    left.objectType === right.objectType &&
    left.placeholder === right.placeholder &&
    left.quarantined.length === right.quarantined.length &&
    left.quarantined.every((entry, index) => sameQuarantined(entry, right.quarantined[index])) &&
    sameExported(left.exported, right.exported)
  );
}

function sameQuarantined(left: QuarantinedValue, right: QuarantinedValue | undefined): boolean {
  return (
    left.propertyName === right?.propertyName &&
    left.propertyValue === right.propertyValue &&
    left.whenStarted === right.whenStarted
  );
}

function sameStrings(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index]);
}

function sameAttributes(left: ExportedAttributes['attributes'], right: ExportedAttributes['attributes']): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameAttribute(left[name], right[name]))
  );
}

function sameAttribute(left?: string | readonly string[], right?: string | readonly string[]): boolean {
  return left === right || (typeof left === 'object' && typeof right === 'object' && sameStrings(left, right));
}
