/**
 * Values: what uniqueness is about. Behaviour 3.1.
 *
 * A value is compared without regard to letter case and to how a letter is composed, an SMTP address without its `SMTP:`
 * or `smtp:` prefix, and the domain of a UPN or SMTP address as its A-label (RFC 5890). What is stored and shown is the
 * exported spelling. There are three spaces of values: UPNs among users, SMTP addresses among all objects, and the
 * addresses of every other type (`X500:`, `SIP:`, ...), which are unique among all objects too, but are never quarantined.
 */

/** The three kinds of values; the same text in two spaces is no conflict. */
export type Space = 'upn' | 'proxy' | 'other';

/** A value in its normal form, with its space before it: `proxy|joe@contoso.com`. Two equal keys are one value. */
export type ValueKey = `${Space}|${string}`;

const beyondAscii = /[\u0080-\uffff]/;

/**
 * Takes the letter case and the way of composing from a text, by Unicode, in no language's own way: NFC, lower case, and
 * NFC again, because a small letter can compose with a mark that its capital does not.
 *
 * A capital sigma has two small ones, by its place in a word, and which one it becomes depends on what stands around it:
 * both are one here, so that a text and its capitals are always the same.
 */
export function fold(text: string): string {
  if (!beyondAscii.test(text)) return text.toLowerCase();
  return text.normalize('NFC').toLowerCase().normalize('NFC').replaceAll('ς', 'σ');
}

/** Folds an address: its domain is compared as its A-label. The start of an address, without "@", has no domain. */
function foldAddress(address: string): string {
  if (!beyondAscii.test(address)) return address.toLowerCase();
  const at = address.lastIndexOf('@');
  if (at < 0) return fold(address);
  return `${fold(address.slice(0, at + 1))}${foldDomain(address.slice(at + 1))}`;
}

/** What a host name has of ASCII. A URL would take another character for its own syntax. */
const notOfHostNames = /[^\w.\u0080-\uffff-]/;

/**
 * Writes a domain as its A-label, by the WHATWG URL Standard's "domain to ASCII" (UTS 46, not transitional), which every
 * runtime has: `münchen.de`, `MÜNCHEN.de` and `xn--mnchen-3ya.de` are one, and so are `ｃontoso.com` and `contoso.com`.
 *
 * A domain without A-label, such as one with an emoji of a later Unicode or a label that mixes directions, is folded as
 * a text. A domain in ASCII stays what it is, but for letter case, also where it is no valid A-label.
 */
function foldDomain(domain: string): string {
  if (!beyondAscii.test(domain) || notOfHostNames.test(domain)) return fold(domain);
  // The last label decides whether a URL takes a host for an IPv4 address: no domain of ours ends in this one.
  const url = URL.parse(`http://${domain}.invalid`);
  return url ? url.hostname.slice(0, -'.invalid'.length) : fold(domain);
}

/** Gives the value of a user principal name. */
export function upnKey(userPrincipalName: string): ValueKey {
  return `upn|${foldAddress(userPrincipalName)}`;
}

/** Gives the value of an SMTP address without a prefix, such as `mail`. */
export function smtpKey(address: string): ValueKey {
  return `proxy|${foldAddress(address)}`;
}

/** Gives the value of a proxy address of any type, with its prefix: `SMTP:joe@contoso.com`, `X500:/o=Contoso`. */
export function proxyAddressKey(proxyAddress: string): ValueKey {
  return isSmtp(proxyAddress) ? smtpKey(proxyAddress.slice(5)) : `other|${fold(proxyAddress)}`;
}

const smtpType = /^smtp:/i;

/** Tells whether a proxy address is of type SMTP, in any letter case. */
export function isSmtp(proxyAddress: string): boolean {
  return smtpType.test(proxyAddress);
}

/** Tells whether a proxy address is the primary one: `SMTP:` in capitals. */
export function isPrimary(proxyAddress: string): boolean {
  return proxyAddress.startsWith('SMTP:');
}

/** Returns a primary address as a secondary one: `smtp:` in small letters. */
export function asSecondary(proxyAddress: string): string {
  return `smtp:${proxyAddress.slice('SMTP:'.length)}`;
}

/** Gives the space of a value. */
export function spaceOf(key: ValueKey): Space {
  return key.slice(0, key.indexOf('|')) as Space;
}

/** Gives the normal form of a value without its space: `joe@contoso.com`. */
export function textOf(key: ValueKey): string {
  return key.slice(key.indexOf('|') + 1);
}
