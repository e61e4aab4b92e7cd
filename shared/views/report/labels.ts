/** Words and numbers as the report writes them. */
import type { HoldingAttribute, ObjectType, PropertyName } from '../../directory/objects.ts';

export const propertyLabels: Readonly<Record<PropertyName, string>> = {
  UserPrincipalName: 'User principal name',
  ProxyAddresses: 'Proxy address',
};

export const properties: readonly PropertyName[] = ['UserPrincipalName', 'ProxyAddresses'];

export const attributeLabels: Readonly<Record<HoldingAttribute, string>> = {
  userPrincipalName: 'its user principal name',
  proxyAddresses: 'its proxyAddresses',
  mail: 'its mail',
};

export const typePlurals: Readonly<Record<ObjectType, string>> = {
  User: 'Users',
  Group: 'Groups',
  Contact: 'Contacts',
};

/** Made when first needed: it loads the rules of the language, which a cold start does without. */
let wholeNumber: Intl.NumberFormat | undefined;

/** Writes a number: `20,000`. */
export function number(count: number): string {
  wholeNumber ??= new Intl.NumberFormat('en');
  return wholeNumber.format(count);
}

/** Writes how many there are of something: `1 value`, `2 values`. */
export function counted(count: number, thing: string): string {
  return `${number(count)} ${thing}${count === 1 ? '' : 's'}`;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Writes how long something has lasted, in its largest unit: `12 days`. */
export function lasting(since: Date, now: Date): string {
  const ms = Math.max(0, now.getTime() - since.getTime());
  if (ms >= 2 * dayMs) return counted(Math.floor(ms / dayMs), 'day');
  if (ms >= hourMs) return counted(Math.floor(ms / hourMs), 'hour');
  return ms >= minuteMs ? counted(Math.floor(ms / minuteMs), 'minute') : 'less than a minute';
}

let utcTime: Intl.DateTimeFormat | undefined;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Writes a moment in UTC: `16 Nov 2026, 08:00 UTC`. */
export function inUtc(at: Date): string {
  utcTime ??= new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return `${utcTime.format(at)} UTC`;
}

/** Writes a day: `16 Nov`. */
export function shortDay(at: Date): string {
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]}`;
}

/** Names an object: by its display name or, if it has none, by its source anchor. */
export function nameOf({
  displayName,
  sourceAnchor,
}: {
  readonly displayName: string | null;
  readonly sourceAnchor: string;
}): string {
  return displayName ?? `(no name) ${sourceAnchor}`;
}
