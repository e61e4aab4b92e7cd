/** Users, groups and contacts of two companies, in pairs that desire the same name or address. */
import { createHash } from 'node:crypto';
import type { WriteOperation } from '../../shared/directory/operation.ts';

const firstNames = [
  'Anna',
  'Ben',
  'Carla',
  'Dieter',
  'Elif',
  'Frank',
  'Greta',
  'Hugo',
  'Ines',
  'Jonas',
  'Karin',
  'Luca',
];
const lastNames = [
  'Albrecht',
  'Bauer',
  'Caruso',
  'Dahl',
  'Ek',
  'Fischer',
  'Gallo',
  'Hansen',
  'Ivanova',
  'Jansen',
  'Koch',
];

/** Returns the adds of a pair: first the holder of the value, then the object that waits for it. */
export function arrival(number: number): readonly WriteOperation[] {
  const first = firstNames[number % firstNames.length] ?? '';
  const last = lastNames[(number * 7 + Math.floor(number / firstNames.length)) % lastNames.length] ?? '';
  const address = `${first}.${last}@contoso.com`.toLowerCase();
  const holder = user(`holder ${number}`, { name: `${first} ${last}`, address, forest: 'contoso.com' });
  return [holder, waiter(number, { first, last, address })];
}

/** Returns the update by which the holder of a pair vacates the value. */
export function vacating(number: number): WriteOperation {
  const address = `former${number}@contoso.com`;
  const change = { userPrincipalName: address, mail: address, proxyAddresses: [`SMTP:${address}`] };
  return { operation: 'update', sourceAnchor: anchor(`holder ${number}`), ...change };
}

/** Returns the update by which the waiting object of a pair withdraws: it desires another value. */
export function withdrawal(number: number): WriteOperation {
  const address = `other${number}@fabrikam.com`;
  const isUser = waiter(number, { first: '', last: '', address: '' }).objectType === 'User';
  const change = { proxyAddresses: [`SMTP:${address}`], ...(isUser ? { userPrincipalName: address } : {}) };
  return { operation: 'update', sourceAnchor: anchor(`waiter ${number}`), ...change };
}

function waiter(
  number: number,
  { first, last, address }: Record<'first' | 'last' | 'address', string>,
): WriteOperation {
  const seed = `waiter ${number}`;
  const ownAddress = `${first}.${last}@fabrikam.com`.toLowerCase();
  switch (number % 7) {
    case 3:
      return {
        ...user(seed, { name: `${first} ${last}`, address: ownAddress, forest }),
        proxyAddresses: [`smtp:${address}`],
      };
    case 5:
      return mailObject('Group', seed, { name: `Project ${last}`, address });
    case 6:
      return mailObject('Contact', seed, { name: `${first} ${last} (Fabrikam)`, address });
    default:
      return user(seed, { name: `${first} ${last}`, address, forest });
  }
}

const forest = 'fabrikam.com';

function user(seed: string, { name, address, forest: domain }: Record<'name' | 'address' | 'forest', string>) {
  return {
    operation: 'add',
    sourceAnchor: anchor(seed),
    objectType: 'User',
    displayName: name,
    userPrincipalName: address,
    proxyAddresses: domain === forest ? [] : [`SMTP:${address}`],
    attributes: { onPremisesDomainName: domain },
  } as const satisfies WriteOperation;
}

function mailObject(
  objectType: 'Group' | 'Contact',
  seed: string,
  { name, address }: Record<'name' | 'address', string>,
): WriteOperation {
  return {
    operation: 'add',
    sourceAnchor: anchor(seed),
    objectType,
    displayName: name,
    proxyAddresses: [`SMTP:${address}`],
    attributes: { onPremisesDomainName: forest },
  };
}

function anchor(seed: string): string {
  return createHash('md5').update(seed).digest('base64');
}
