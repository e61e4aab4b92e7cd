/** A value in its normal form, with the space in which it must be unique: what two objects cannot both have. */
export type Value = `upn|${string}` | `smtp|${string}` | `other|${string}`;

/** A UPN as a value. */
export function upnValue(userPrincipalName: string): Value {
  return `upn|${userPrincipalName.toLowerCase()}`;
}

/** An address with its prefix as a value: of an SMTP address the prefix is no part. */
export function addressValue(address: string): Value {
  const lower = address.toLowerCase();
  return lower.startsWith('smtp:') ? `smtp|${lower.slice('smtp:'.length)}` : `other|${lower}`;
}

/** Whether an address is the primary of its list. */
export function isPrimary(address: string): boolean {
  return address.startsWith('SMTP:');
}
