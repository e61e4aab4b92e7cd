/**
 * Values: what uniqueness is about.
 *
 * A value is compared without regard to letter case, and an SMTP address without its `SMTP:` or `smtp:` prefix.
 * There are three spaces of values: UPNs among users, SMTP addresses among all objects, and the addresses of every
 * other type (`X500:`, `SIP:`, ...), which are unique among all objects too, but are never quarantined.
 */

/** The three kinds of values; the same text in two spaces is no conflict. */
export type Space = 'upn' | 'proxy' | 'other';

/** A value in its normal form, with its space before it: `proxy|joe@contoso.com`. Two equal keys are one value. */
export type ValueKey = `${Space}|${string}`;

/**
 * Takes the letter case from a text, in the same way everywhere: by Unicode, in no language's own way.
 *
 * A capital sigma has two small ones, by its place in a word, and which one it becomes depends on what stands around it:
 * both are one here, so that a text and its capitals are always the same.
 */
export function fold(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

/** Gives the value of a user principal name. */
export function upnKey(userPrincipalName: string): ValueKey {
  return `upn|${fold(userPrincipalName)}`;
}

/** Gives the value of an SMTP address without a prefix, such as `mail`. */
export function smtpKey(address: string): ValueKey {
  return `proxy|${fold(address)}`;
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
