import { domainToASCII } from 'node:url';

/** A value in its normal form, with the space in which it must be unique: what two objects cannot both have. */
export type Value = `upn|${string}` | `smtp|${string}` | `other|${string}`;

/** A UPN as a value. */
export function upnValue(userPrincipalName: string): Value {
  return `upn|${normal(userPrincipalName)}`;
}

/** An address with its prefix as a value: of an SMTP address the prefix is no part. */
export function addressValue(address: string): Value {
  const isSmtp = address.slice(0, 'smtp:'.length).toLowerCase() === 'smtp:';
  return isSmtp ? `smtp|${normal(address.slice('smtp:'.length))}` : `other|${lower(address)}`;
}

/** An address in its compared form: the domain as its A-label, if it has one. */
function normal(address: string): string {
  const parts = address.split('@');
  const domain = parts.pop() ?? '';
  return [...parts.map(lower), domainToASCII(domain.normalize('NFC')) || lower(domain)].join('@');
}

function lower(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC');
}

/** Whether an address is the primary of its list. */
export function isPrimary(address: string): boolean {
  return address.startsWith('SMTP:');
}
