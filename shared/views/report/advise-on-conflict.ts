/**
 * What to do about a conflict, in steps, for its very combination: which types of objects, from which directories, and
 * by which attributes the one has the value and the other desires it.
 */
import type { Side, Situation } from './situation.ts';

/** Advice on a conflict. In `afterwards`, {@link nextSweepMark} marks the place of the time of the next sweep. */
export type ConflictAdvice = {
  readonly diagnosis: string;
  readonly steps: readonly string[];
  readonly afterwards: string;
};

/** Marks the place of the time of the next sweep. */
export const nextSweepMark = '{next sweep}';

/** Advises on a conflict. */
export function adviseOnConflict(situation: Situation): ConflictAdvice {
  const { holder } = situation;
  if (!holder) return adviceOnFree(situation);
  const sides = { ...situation, holder };
  return { diagnosis: diagnosisOf(sides), steps: stepsOf(sides), afterwards: afterwardsOf(sides) };
}

type Sides = Situation & { readonly holder: Side };

function adviceOnFree({ propertyValue, asker, ahead, temporaryName }: Situation): ConflictAdvice {
  const meanwhile = temporaryName ? ` Until then its user principal name is "${temporaryName}".` : '';
  const who = ahead
    ? `${ahead.name}, who has waited longest; ${asker.name} then waits behind it.`
    : `${asker.name}, who has waited longest.${meanwhile}`;
  return {
    diagnosis: `No object has "${propertyValue}" any more: it has become vacant since the last sweep.`,
    steps: [],
    afterwards: `There is nothing to do. The next sweep, ${nextSweepMark}, gives it to ${who}`,
  };
}

function diagnosisOf(sides: Sides): string {
  const { propertyName, propertyValue, asker, holder } = sides;
  if (holder.attribute === 'placeholder') {
    return `${sentence(holder.name)} has "${propertyValue}" only for the time being: it is its temporary user principal name, because its own is quarantined too.`;
  }
  if (holder.attribute === 'calculated') {
    return `${sentence(holder.name)} has "${propertyValue}" as an address because it is its user principal name and it has an Exchange licence. It is in no address list, so there is nothing to remove there.`;
  }
  if (asker.attribute === 'calculated') {
    return `${sentence(asker.name)} asks for "${propertyValue}" as an address only because it is its user principal name and it has an Exchange licence. The name itself is not in conflict.`;
  }
  const what = propertyName === 'UserPrincipalName' ? 'user principal name' : 'address';
  return `${whoAsk(asker, holder)} ask for the same ${what}.`;
}

function whoAsk(asker: Side, holder: Side): string {
  const types =
    asker.objectType === holder.objectType
      ? `Two ${asker.objectType.toLowerCase()}s`
      : `A ${holder.objectType.toLowerCase()} and a ${asker.objectType.toLowerCase()}`;
  if (areApart(asker, holder)) return `${types} from two directories, ${holder.forest} and ${asker.forest},`;
  return holder.forest && asker.forest ? `${types} of one directory, ${holder.forest},` : types;
}

function areApart(asker: Side, holder: Side): boolean {
  return asker.forest !== null && holder.forest !== null && asker.forest !== holder.forest;
}

function stepsOf(sides: Sides): readonly string[] {
  return [decide(sides), keep(sides), ...give(sides), 'Let the sync client run: it exports the change.'];
}

/** The question that this combination raises. */
function decide(sides: Sides): string {
  const { propertyValue, asker, holder } = sides;
  const either = `Decide which of the two should have "${propertyValue}".`;
  if (holder.attribute === 'placeholder') return `${either} A temporary name is soon replaced.`;
  return questionByType(asker, holder) ?? either;
}

function questionByType(asker: Side, holder: Side): string | undefined {
  const contact = [asker, holder].find(({ objectType }) => objectType === 'Contact');
  const other = contact === asker ? holder : asker;
  if (contact && other.objectType !== 'Contact') return aboutContact(contact, other);
  const types = [asker.objectType, holder.objectType].sort().join();
  if (types === 'Group,User') return 'Decide whom mail to this address should reach: the group, or the person.';
  if (types === 'Contact,Contact') {
    return 'Find out whether both contacts stand for the same person or mailbox. If they do, delete one of them; otherwise decide which of the two should have the address.';
  }
  return areApart(asker, holder) ? aboutTwoDirectories(asker) : undefined;
}

function aboutContact(contact: Side, other: Side): string {
  const it = other.objectType === 'User' ? 'that person' : 'that group';
  return `Find out whether ${contact.name} represents ${other.name}: a contact is often left over from when ${it} was elsewhere. If it does, delete the contact${inDirectory(contact)}; otherwise decide which of the two should have the address.`;
}

function aboutTwoDirectories({ objectType }: Side): string {
  return objectType === 'User'
    ? 'Find out whether both are one person with an account in each directory. If they are, take one of the accounts out of the scope of synchronisation; otherwise decide which of the two should have the value.'
    : 'Find out whether both are one group, kept in each directory. If they are, bring the members together and take one of the groups out of the scope of synchronisation; otherwise decide which of the two should have the address.';
}

/** How the asker lets go, so that the holder keeps the value. */
function keep({ propertyValue, asker, holder }: Sides): string {
  return `If ${holder.name} keeps it: ${lettingGo(asker, propertyValue)}`;
}

/** How the holder lets go, so that the asker can get the value. */
function give({ propertyValue, asker, holder }: Sides): readonly string[] {
  if (holder.attribute !== 'placeholder') {
    return [`If ${asker.name} should have it: ${lettingGo(holder, propertyValue)}`];
  }
  return [
    `If ${asker.name} should have it: resolve the conflict of ${holder.name} over its own name. When it gets that, it gives the temporary one up by itself.`,
  ];
}

function lettingGo(side: Side, value: string): string {
  const where = inDirectory(side);
  switch (side.attribute) {
    case 'userPrincipalName':
      return `give ${side.name} another user principal name${where}.`;
    case 'mail':
      return `change the mail attribute of ${side.name}${where}, or export a primary address for it: it has no other primary, so its mail is taken for one.`;
    case 'proxyAddresses':
      return value.startsWith('SMTP:')
        ? `give ${side.name} another primary address, and remove "${value}" from its proxyAddresses${where}.`
        : `remove "${bare(value)}" from the proxyAddresses of ${side.name}${where}.`;
    case 'calculated':
    case 'placeholder':
      return `change the user principal name of ${side.name}${where}, or take its Exchange licence from it.`;
  }
}

function bare(value: string): string {
  return value.replace(/^smtp:/i, '');
}

function inDirectory({ forest }: Side): string {
  return forest ? ` in ${forest}` : ' in its on-premises directory';
}

function afterwardsOf({ asker, holder, ahead, propertyName, temporaryName }: Sides): string {
  const next = ahead
    ? `to ${ahead.name}, ${ahead.count === 1 ? 'who has' : `the first of ${ahead.count} who have`} waited longer than ${asker.name}`
    : `to ${asker.name}, exactly as it was exported`;
  const name =
    propertyName === 'UserPrincipalName' && temporaryName && !ahead
      ? ` The temporary name "${temporaryName}" goes in the same step.`
      : '';
  return `If ${asker.name} no longer asks for it, the conflict ends with that export. If ${holder.name} gives it up, the next sweep, ${nextSweepMark} if it is exported by then, gives it ${next}.${name}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
