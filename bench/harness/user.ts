import { createHash } from 'node:crypto';

/** One operation of an export, in its JSON form. */
export type SentOperation = Readonly<Record<string, unknown>> & { readonly sourceAnchor: string };

/** Returns the source anchor of the object with this number: base64 of 16 bytes, in no order, as in real directories. */
export function anchorOf(n: number): string {
  return createHash('md5').update(`object ${n}`).digest('base64');
}

/** Returns an add of a user with a UPN and two addresses: four rows. */
export function user(
  n: number,
): SentOperation & { readonly userPrincipalName: string; readonly proxyAddresses: string[] } {
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
