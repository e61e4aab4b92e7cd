/**
 * Placeholders: temporary user principal names of users whose own is quarantined. Behaviour 4.7.
 *
 * `<prefix>+<4 digits>@<initial domain>`: `joe+4821@contoso.onmicrosoft.com` for `joe@fabrikam.com`.
 */
import { limits } from './validation.ts';
import { spaceOf, type ValueKey } from './values.ts';

/** The text between the prefix and the digits; some target directories allow no `+` in a UPN. */
export type PlaceholderSeparator = '+' | '';

/** How a tenant writes its placeholders. */
export type PlaceholderForm = { readonly initialDomain: string; readonly placeholderSeparator: PlaceholderSeparator };

const digits = 4;
const choices = 10 ** digits;
const looksLikePlaceholder = /\d{4}@/;

/**
 * Reports whether a value can be a placeholder, or the address of one, under any settings of the tenant: four digits
 * before the "@". The holders of all other values need not be read.
 */
export function mayBePlaceholder(key: ValueKey): boolean {
  return looksLikePlaceholder.test(key) && spaceOf(key) !== 'other';
}

/** Chooses a placeholder for a desired UPN from a random start (`random` returns 0 to below 1); null if all are taken. */
export function choosePlaceholder(
  userPrincipalName: string,
  form: PlaceholderForm,
  { isTaken, random }: { isTaken: (placeholder: string) => boolean; random: () => number },
): string | null {
  const prefix = placeholderPrefix(userPrincipalName, form);
  const start = Math.floor(random() * choices);
  for (let tries = 0; tries < choices; tries++) {
    const number = String((start + tries) % choices).padStart(digits, '0');
    const placeholder = `${prefix}${number}@${form.initialDomain}`;
    if (!isTaken(placeholder)) return placeholder;
  }
  return null;
}

/** Reports whether a placeholder for a UPN has the present form of the tenant. */
export function hasPlaceholderForm(placeholder: string, userPrincipalName: string, form: PlaceholderForm): boolean {
  const prefix = placeholderPrefix(userPrincipalName, form);
  const rest = placeholder.slice(prefix.length);
  return placeholder.startsWith(prefix) && /^\d{4}@/.test(rest) && rest.slice(digits + 1) === form.initialDomain;
}

/** Returns the start of a placeholder: the prefix of the UPN, cut so that all fits in 64 characters, and the separator. */
export function placeholderPrefix(userPrincipalName: string, { placeholderSeparator }: PlaceholderForm): string {
  const room = limits.userPrincipalNamePrefix - digits - placeholderSeparator.length;
  const cut = userPrincipalName.slice(0, Math.min(userPrincipalName.indexOf('@'), room));
  // A cut through a surrogate pair would leave half a character.
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)) + placeholderSeparator;
}
