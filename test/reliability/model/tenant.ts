import { addressValue, isPrimary, upnValue, type Value } from './values.ts';

/** What a sync client exported of an object, complete. */
export type Exported = {
  readonly displayName: string | null;
  readonly userPrincipalName: string | null;
  readonly mail: string | null;
  readonly proxyAddresses: readonly string[];
  readonly exchangeLicensed: boolean;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
};

/** Since when an object waits, and for those who wait since the same moment, its place in the list of the export. */
export type Wait = { readonly since: string; readonly place: number };

/** An object: the exported attributes, and since when it waits for what of it. What it desires and does not wait for, it has. */
export type ModelObject = {
  readonly sourceAnchor: string;
  readonly objectId: string;
  readonly objectType: string;
  readonly exported: Exported;
  /** The UPN in force of a user who waits for the desired one. */
  readonly placeholder: string | null;
  readonly waits: ReadonlyMap<Value, Wait>;
};

/** The whole state of a tenant. */
export type Tenant = {
  readonly initialDomain: string;
  readonly placeholderSeparator: string;
  readonly objects: ReadonlyMap<string, ModelObject>;
};

/** A tenant without objects. */
export function emptyTenant(placeholderSeparator = '+'): Tenant {
  return { initialDomain: 'contoso.onmicrosoft.com', placeholderSeparator, objects: new Map() };
}

/** One value that an object desires, and how. */
export type Wish = {
  readonly value: Value;
  readonly propertyName: 'UserPrincipalName' | 'ProxyAddresses';
  /** As it was exported. */
  readonly propertyValue: string;
  /** The attribute by which the object desires it. */
  readonly attribute: 'userPrincipalName' | 'proxyAddresses' | 'mail';
};

/** The UPN that a user has: the placeholder, if it waits for its own. */
export function upnInForce({ exported, placeholder }: Pick<ModelObject, 'exported' | 'placeholder'>): string | null {
  return placeholder ?? exported.userPrincipalName;
}

type Wishing = Pick<ModelObject, 'objectType' | 'exported' | 'placeholder'>;

/** Objects never change, and are asked again and again. */
const knownWishes = new WeakMap<Wishing, readonly Wish[]>();

/** All that an object desires: the UPN, then the addresses, the primary first, then as exported, then the calculated one. */
export function wishesOf(object: Wishing): readonly Wish[] {
  const wishes = knownWishes.get(object) ?? allWishesOf(object);
  knownWishes.set(object, wishes);
  return wishes;
}

function allWishesOf(object: Wishing): readonly Wish[] {
  const { userPrincipalName } = object.exported;
  const upn: Wish[] =
    userPrincipalName === null
      ? []
      : [
          {
            value: upnValue(userPrincipalName),
            propertyName: 'UserPrincipalName',
            propertyValue: userPrincipalName,
            attribute: 'userPrincipalName',
          },
        ];
  return [...upn, ...addressesOf(object)];
}

/** The addresses that an object desires; one that it names twice counts once, at its first place. */
function addressesOf(object: Wishing): readonly Wish[] {
  const { mail, proxyAddresses, exchangeLicensed } = object.exported;
  const inForce = upnInForce(object);
  const named = proxyAddresses.map((address) => wishFor(address, 'proxyAddresses'));
  // Of several primaries the first counts; the others are secondaries.
  const primaries = named.filter(({ propertyValue }) => isPrimary(propertyValue)).slice(0, 1);
  const others = proxyAddresses.map((address) => wishFor(address.replace(/^SMTP:/, 'smtp:'), 'proxyAddresses'));
  const fromMail = mail !== null && primaries.length === 0 ? [wishFor(`SMTP:${mail}`, 'mail')] : [];
  const calculated =
    object.objectType === 'User' && exchangeLicensed && inForce !== null
      ? [wishFor(`smtp:${inForce}`, 'userPrincipalName')]
      : [];
  const byValue = new Map<Value, Wish>();
  for (const wish of [...primaries, ...fromMail, ...others, ...calculated]) {
    if (!byValue.has(wish.value)) byValue.set(wish.value, wish);
  }
  const exported = new Set(named.map(({ value }) => value));
  return [...byValue.values()].map((wish) =>
    exported.has(wish.value) ? { ...wish, attribute: 'proxyAddresses' } : wish,
  );
}

function wishFor(address: string, attribute: Wish['attribute']): Wish {
  return { value: addressValue(address), propertyName: 'ProxyAddresses', propertyValue: address, attribute };
}

/** What an object has: what it desires without waiting, and the placeholder. */
export function heldBy(object: ModelObject): readonly Value[] {
  const placeholder = object.placeholder === null ? [] : [upnValue(object.placeholder)];
  return [
    ...placeholder,
    ...wishesOf(object)
      .map(({ value }) => value)
      .filter((value) => !object.waits.has(value)),
  ];
}

/** What an object desires by itself: not its placeholder, nor the address that comes with that. */
export function realWishesOf(object: ModelObject): readonly Value[] {
  const { exported, placeholder } = object;
  const itself = placeholder === null ? object : { ...object, exported: { ...exported, exchangeLicensed: false } };
  return wishesOf(itself).map(({ value }) => value);
}

/** The object that has a value, if any has. */
export function holderOf(tenant: Tenant, value: Value): ModelObject | undefined {
  return [...tenant.objects.values()].find((object) => heldBy(object).includes(value));
}

/** The objects that wait for a value, the longest waiting first. */
export function waitersOf(tenant: Tenant, value: Value): readonly ModelObject[] {
  const rank = (object: ModelObject): string => {
    const { since = '', place = 0 } = object.waits.get(value) ?? {};
    return `${since}|${String(place).padStart(4, '0')}|${object.sourceAnchor}`;
  };
  return [...tenant.objects.values()]
    .filter((object) => object.waits.has(value))
    .sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}
