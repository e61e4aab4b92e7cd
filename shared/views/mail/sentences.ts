/** The sentences of the mail, for both of its forms. Times are those of the tenant's time zone. */
import { type ObjectType, objectTypes, type PropertyName } from '../../directory/objects.ts';
import type { Holder, ObjectReference, ProvisioningError } from '../../directory/provisioning-error.ts';
import { attributeLabels, counted, lasting, nameOf, number, properties, propertyLabels } from '../report/labels.ts';
import type { StoredFailure } from '../../store/failures.ts';
import type { LetterContent } from '../../use-cases/monday-mail/letter-content.ts';
import { unlinked, unlinkedValue } from './unlinked.ts';

/** Says how much is wrong. */
export function headline({ digest: { values, objects, failures } }: LetterContent): string {
  const quarantined =
    values > 0
      ? `${counted(values, 'value')} ${values === 1 ? 'is' : 'are'} quarantined on ${counted(objects, 'object')}`
      : '';
  const failed =
    failures.count > 0 ? `${counted(failures.count, 'operation')} failed${failures.isMore ? ' or more' : ''}` : '';
  if (!quarantined && !failed) return 'There are no sync errors now';
  return quarantined && failed ? `${quarantined}, and ${failed}` : quarantined || failed;
}

/** Names a tenant: by its display name, if it has one, and its initial domain. */
export function tenantName({ tenant: { displayName, initialDomain } }: LetterContent): string {
  return displayName === null ? initialDomain : `${unlinked(displayName)} (${initialDomain})`;
}

/** The time since which the mail counts new and ended errors. */
export function sinceWhen(content: LetterContent): string {
  const { digest, followsMail } = content;
  return followsMail ? `since the last mail (${day(content, digest.since)})` : 'in the last 7 days';
}

/** Says how conflicts were resolved since the last mail. */
export function resolvedHow({ digest: { ended } }: LetterContent): string {
  const parts = [
    ...(ended.released > 0 ? [`${number(ended.released)} released automatically`] : []),
    ...(ended.withdrawn > 0 ? [`${number(ended.withdrawn)} no longer desired`] : []),
  ];
  return parts.length > 0 ? `resolved: ${parts.join(', ')}` : 'resolved';
}

/** Says how long the longest has waited, and since when. */
export function longestWait(content: LetterContent): { readonly wait: string; readonly since: string } | undefined {
  const { digest, now } = content;
  if (digest.oldest === null) return undefined;
  const since = new Date(digest.oldest);
  return { wait: lasting(since, now), since: `since ${day(content, since)}` };
}

/** The counts of a property by type, without those that are zero: `2 users, 1 group`. */
export function countsOf({ digest }: LetterContent, property: PropertyName): string {
  const parts = objectTypes.flatMap((type) => {
    const count = digest.counts[property][type];
    return count > 0 ? [counted(count, type.toLowerCase())] : [];
  });
  return parts.join(', ') || 'none';
}

/** The label of each property. */
export const propertyNames: readonly { readonly property: PropertyName; readonly label: string }[] = properties.map(
  (property) => ({ property, label: propertyLabels[property] }),
);

/** A conflict in words: the value, who desires it, who has it, since when. */
type ConflictWords = {
  readonly value: string;
  readonly property: string;
  readonly asked: string;
  readonly held: string;
  readonly since: string;
};

/** Puts a conflict into words. */
export function conflictWords(content: LetterContent, error: ProvisioningError): ConflictWords {
  const since = new Date(error.whenStarted);
  return {
    value: unlinkedValue(error.propertyValue),
    property: propertyLabels[error.propertyName].toLowerCase(),
    asked: withType(error.object),
    held: error.heldBy
      ? holderWords(error.propertyName, error.heldBy)
      : 'no object any more: the next sweep releases it',
    since: `${day(content, since)}, ${lasting(since, content.now)} ago`,
  };
}

function holderWords(property: PropertyName, holder: Holder): string {
  return property === 'ProxyAddresses'
    ? `${withType(holder)}, by ${attributeLabels[holder.attribute]}`
    : withType(holder);
}

const typeNames: Readonly<Record<ObjectType, string>> = { User: 'user', Group: 'group', Contact: 'contact' };

function withType(object: ObjectReference): string {
  return `${typeNames[object.objectType]} ${unlinked(nameOf(object))}`;
}

/** A failed operation in words. Its message can name any value of the object, so that nothing in it is left to be a link. */
export function failureWords(failure: StoredFailure): { readonly name: string; readonly message: string } {
  return { name: unlinked(nameOf(failure)), message: unlinked(failure.message) };
}

/** Says how many there are beside those that are shown. */
export function andMore({ digest: { values, newest, longest } }: LetterContent): string {
  const more = values - newest.length - longest.length;
  return more > 0 ? `${number(more)} more ${more === 1 ? 'is' : 'are'} in the report.` : '';
}

/** Says how long the link is good, and what it opens to whom. */
export function aboutLink(content: LetterContent): string {
  const { expiresAt } = content.link;
  return `The link opens the report without signing in until ${day(content, expiresAt)}, ${timeOfDay(content, expiresAt)}. Whoever has it can read the report: forward this mail with care.`;
}

/** Says who gets the mail, and how that is changed. */
export function aboutRecipients({ tenant }: LetterContent): readonly string[] {
  const route = `PUT /api/tenants/${tenant.tenantId}`;
  return [
    `This mail goes to the recipients of tenant "${tenant.tenantId}" on Mondays from ${tenant.mailHour}:00 (${tenant.mailTimeZone}) on, and only while there are errors.`,
    `To change who gets it, and when, the operator of this service sends ${route} with other "recipients", "mailHour" or "mailTimeZone".`,
  ];
}

/** Says that a mail is not the week's. */
export const aboutTest = 'This mail was requested by hand. It does not take the place of the one on Monday.';

function day({ tenant: { mailTimeZone } }: LetterContent, at: Date): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: mailTimeZone }).format(at);
}

function timeOfDay({ tenant: { mailTimeZone } }: LetterContent, at: Date): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: mailTimeZone }).format(at);
  return `${time} (${mailTimeZone})`;
}
