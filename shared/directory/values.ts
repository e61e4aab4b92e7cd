/**
 * Values must be unique in a tenant. Behaviour 3.1, 3.2.
 *
 * Values are compared without regard to letter case and to the composition of letters; SMTP addresses without the prefix
 * `SMTP:` or `smtp:`; and the domains of UPNs and SMTP addresses as A-labels (RFC 5890). The exported spelling is stored
 * and shown. Values have three spaces: UPNs are unique among users, SMTP addresses among all objects, and so are
 * addresses of every other type (`X500:`, `SIP:`, ...), which are never quarantined.
 */

/** The space in which a value is unique. The same text in two spaces is no conflict. */
export type Space = 'upn' | 'smtp' | 'other';

/** The holder of a value (its source anchor; null if the value is vacant), and the number of objects that wait for it. */
export type ValueState = { readonly holder: string | null; readonly waiting: number };

/** A value in its normal form, with its space before it: `smtp|joe@contoso.com`. Two equal keys are one value. */
export type ValueKey = `${Space}|${string}`;

const beyondAscii = /[\u0080-\uffff]/;

/**
 * Folds a text: NFC, lower case by Unicode without the rules of any language, and NFC again, because a small letter can
 * compose with a mark that its capital does not.
 *
 * A capital sigma has two small forms, depending on its place in a word. Both are one here, so that a text always equals
 * its capitals.
 */
export function fold(text: string): string {
  if (!beyondAscii.test(text)) return text.toLowerCase();
  return text.normalize('NFC').toLowerCase().normalize('NFC').replaceAll('ς', 'σ');
}

/** Folds an address, with its domain as an A-label. The start of an address, without "@", has no domain. */
function foldAddress(address: string): string {
  if (!beyondAscii.test(address)) return address.toLowerCase();
  const at = address.lastIndexOf('@');
  if (at < 0) return fold(address);
  return `${fold(address.slice(0, at + 1))}${foldDomain(address.slice(at + 1))}`;
}

/** ASCII that no host name contains: a URL would read it as its own syntax. */
const notOfHostNames = /[^\w.\u0080-\uffff-]/;

/**
 * Returns a domain as its A-label, by "domain to ASCII" of the WHATWG URL Standard (UTS 46, nontransitional), which every
 * runtime has: `münchen.de`, `MÜNCHEN.de` and `xn--mnchen-3ya.de` are one, and so are `ｃontoso.com` and `contoso.com`.
 *
 * A domain without an A-label, such as one with an emoji of a later Unicode or a label of mixed direction, is folded as a
 * text. In an ASCII domain only letter case changes, even if it is not a valid A-label.
 */
function foldDomain(domain: string): string {
  if (!beyondAscii.test(domain) || notOfHostNames.test(domain)) return fold(domain);
  // A URL decides by the last label whether a host is an IPv4 address; no real domain ends in this label.
  const url = URL.parse(`http://${domain}.invalid`);
  return url ? url.hostname.slice(0, -'.invalid'.length) : fold(domain);
}

/** Returns the key of a user principal name. */
export function upnKey(userPrincipalName: string): ValueKey {
  return `upn|${foldAddress(userPrincipalName)}`;
}

/** Returns the key of an SMTP address without a prefix, such as `mail`. */
export function smtpKey(address: string): ValueKey {
  return `smtp|${foldAddress(address)}`;
}

/** Returns the key of a proxy address of any type, with its prefix: `SMTP:joe@contoso.com`, `X500:/o=Contoso`. */
export function proxyAddressKey(proxyAddress: string): ValueKey {
  return isSmtp(proxyAddress) ? smtpKey(proxyAddress.slice(5)) : `other|${fold(proxyAddress)}`;
}

const smtpType = /^smtp:/i;

/** Reports whether a proxy address is of type SMTP, in any letter case. */
export function isSmtp(proxyAddress: string): boolean {
  return smtpType.test(proxyAddress);
}

/** Reports whether a proxy address is a primary: `SMTP:` in capitals. */
export function isPrimary(proxyAddress: string): boolean {
  return proxyAddress.startsWith('SMTP:');
}

/** Returns a primary address as a secondary one: `smtp:` in small letters. */
export function asSecondary(proxyAddress: string): string {
  return `smtp:${proxyAddress.slice('SMTP:'.length)}`;
}

/** Returns the space of a value. */
export function spaceOf(key: ValueKey): Space {
  return key.slice(0, key.indexOf('|')) as Space;
}

/** Returns the normal form of a value without its space: `joe@contoso.com`. */
export function textOf(key: ValueKey): string {
  return key.slice(key.indexOf('|') + 1);
}
