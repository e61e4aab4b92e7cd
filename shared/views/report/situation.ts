/** Puts a conflict into the terms in which an administrator has to think: who, from where, and by which attribute. */
import type { DirectoryObject, ObjectType, PropertyName } from '../../directory/objects.ts';
import { isPrimary, proxyAddressKey, smtpKey, upnKey, type ValueKey } from '../../directory/values.ts';
import { nameInSentence } from '../../messages/provisioning-errors.ts';
import type { Conflict } from '../../use-cases/queries/read-conflict.ts';

/**
 * By what an object has a value, or desires it. `calculated` is the address that a licensed user has because it is
 * its user principal name; `placeholder` is such a name, or its address, while it is a temporary one.
 */
export type Attribute = 'userPrincipalName' | 'proxyAddresses' | 'mail' | 'calculated' | 'placeholder';

/** One side of a conflict. */
export type Side = {
  readonly objectType: ObjectType;
  readonly sourceAnchor: string;
  /** Its type and its name, for a sentence: `user "Joe Wood"`. */
  readonly name: string;
  /** The on-premises domain it comes from, where the sync client exports `onPremisesDomainName`. */
  readonly forest: string | null;
  readonly attribute: Attribute;
};

/** A conflict as it is to be resolved. */
export type Situation = {
  readonly propertyName: PropertyName;
  readonly propertyValue: string;
  readonly asker: Side;
  /** Null while no object has the value. */
  readonly holder: Side | null;
  /** Those who have waited longer than the asker: who is next, and how many they are. */
  readonly ahead: { readonly name: string; readonly count: number } | null;
  /** The asker's temporary user principal name, which it keeps until it gets its own. */
  readonly temporaryName: string | null;
};

/** Returns the situation of a conflict that has not ended; undefined if it is settled. */
export function situationOf({ key, name, object, quarantined, holder, queue }: Conflict): Situation | undefined {
  if (!object || !quarantined) return undefined;
  const place = queue.first.findIndex(({ sourceAnchor }) => sourceAnchor === name.sourceAnchor);
  const count = place < 0 ? queue.first.length : place;
  const [next] = queue.first;
  const { asker, holder: other } = toldApart(sideOf(object, key), holder && sideOf(holder.object, key));
  return {
    propertyName: quarantined.propertyName,
    propertyValue: quarantined.propertyValue,
    asker,
    holder: other,
    ahead: count > 0 && next ? { name: nameInSentence(next), count } : null,
    temporaryName: object.placeholder,
  };
}

function sideOf(object: DirectoryObject, key: ValueKey): Side {
  const { displayName, attributes } = object.exported;
  const forest = attributes.onPremisesDomainName;
  return {
    objectType: object.objectType,
    sourceAnchor: object.sourceAnchor,
    name: nameInSentence({ ...object, displayName }),
    forest: typeof forest === 'string' && forest !== '' ? forest.toLowerCase() : null,
    attribute: attributeFor(object, key),
  };
}

type Sides = { readonly asker: Side; readonly holder: Side | null };

/** Two people of one name, or one person twice, are what conflicts are made of: then the names say more. */
function toldApart(asker: Side, holder: Side | null): Sides {
  if (asker.name.toLowerCase() !== holder?.name.toLowerCase()) return { asker, holder };
  const areApart = asker.forest !== null && holder.forest !== null && asker.forest !== holder.forest;
  const further = ({ forest, sourceAnchor }: Side): string => (areApart ? ` of ${forest}` : ` (${sourceAnchor})`);
  return {
    asker: { ...asker, name: asker.name + further(asker) },
    holder: { ...holder, name: holder.name + further(holder) },
  };
}

/** Returns how an object desires a value, whether it has it or not. */
function attributeFor({ exported, placeholder }: DirectoryObject, key: ValueKey): Attribute {
  if (placeholder !== null && key === upnKey(placeholder)) return 'placeholder';
  if (key.startsWith('upn|')) return 'userPrincipalName';
  if (exported.proxyAddresses.some((address) => proxyAddressKey(address) === key)) return 'proxyAddresses';
  const { mail } = exported;
  if (mail !== null && !exported.proxyAddresses.some(isPrimary) && smtpKey(mail) === key) return 'mail';
  return placeholder !== null && key === smtpKey(placeholder) ? 'placeholder' : 'calculated';
}
