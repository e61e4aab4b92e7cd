/** The people of a tenant, as a sync client exports them. */
import { createHash } from 'node:crypto';

/** One operation of an export. */
export type Operation = Readonly<Record<string, unknown>> & { readonly sourceAnchor: string };

/** Gives the source anchor of the object with a number: base64 of 16 bytes, in no order, as directories have them. */
export function anchorOf(n: number): string {
  return createHash('md5').update(`object ${n}`).digest('base64');
}

/** A new user with a UPN and two addresses: four rows. */
export function user(n: number): Operation & { readonly userPrincipalName: string; readonly proxyAddresses: string[] } {
  return {
    operation: 'add',
    sourceAnchor: anchorOf(n),
    objectType: 'User',
    displayName: `User Number ${n}`,
    userPrincipalName: `user.number${n}@contoso.com`,
    proxyAddresses: [`SMTP:user.number${n}@contoso.com`, `smtp:u${n}@contoso.com`],
    attributes: { department: `Department ${n % 50}`, givenName: 'User', surname: `Number ${n}` },
  };
}

/** Makes something for each number from 0 on. */
export function each<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

/** Cuts a list into lists of at most so many. */
export function inParts<T>(list: readonly T[], most: number): T[][] {
  return each(Math.ceil(list.length / most), (n) => list.slice(n * most, (n + 1) * most));
}
