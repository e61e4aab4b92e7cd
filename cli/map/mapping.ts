/** The mapping: which attributes of an entry make which properties of an object. */
import type { ObjectType } from '../../shared/directory/objects.ts';

/** A rule by which entries stay out: all of its patterns match. A pattern is a regular expression, in any letter case, or bits of a number. */
export type LeaveOutRule = {
  readonly reason: string;
  /** Of these types only; of all unless given. */
  readonly types?: readonly ObjectType[] | undefined;
  readonly when: Readonly<Record<string, Pattern>>;
};

/** Matches an attribute that has a value which fits, or a number that has one of the bits. */
export type Pattern = string | { readonly bits: number };

/** Where a property comes from: the first attribute of a list that has a value, unless it says otherwise. */
export type Mapping = {
  /** The first class of this list that an entry has decides; null leaves it out. */
  readonly objectClasses: Readonly<Record<string, ObjectType | null>>;
  /** The type of entries that name no object class. */
  readonly defaultType: ObjectType | null;
  readonly sourceAnchor: readonly string[];
  readonly userPrincipalName: readonly string[];
  readonly displayName: readonly string[];
  /** A second value of the attribute is a secondary address. */
  readonly mail: readonly string[];
  /** All values of all of these; one without a type is an SMTP address. */
  readonly proxyAddresses: readonly string[];
  /** A user of whom all patterns match has a mailbox here; null: nobody. */
  readonly exchangeLicensed: Readonly<Record<string, Pattern>> | null;
  /** What else is kept: the name there, and the attribute here. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly leaveOut: readonly LeaveOutRule[];
};

const namesakes = ['givenName', 'sn', 'title', 'department', 'company', 'employeeID'];

/** Recipient types that the sync client leaves out: arbitration, discovery and public folder mailboxes, and system ones. */
const systemRecipients = 0x21c07000;

/**
 * Active Directory, and the common LDAP schemas: inetOrgPerson, groupOfNames, posixGroup.
 *
 * The rules by which entries stay out are those of Microsoft Entra Connect's default configuration.
 */
export const defaultMapping: Mapping = {
  objectClasses: {
    computer: null,
    contact: 'Contact',
    user: 'User',
    inetOrgPerson: 'User',
    posixAccount: 'User',
    group: 'Group',
    groupOfNames: 'Group',
    groupOfUniqueNames: 'Group',
    posixGroup: 'Group',
  },
  defaultType: null,
  sourceAnchor: ['mS-DS-ConsistencyGuid', 'objectGUID', 'entryUUID'],
  userPrincipalName: ['userPrincipalName'],
  displayName: ['displayName', 'cn', 'name'],
  mail: ['mail', 'EmailAddress'],
  proxyAddresses: ['proxyAddresses', 'mailAlternateAddress', 'mailLocalAddress'],
  exchangeLicensed: null,
  attributes: Object.fromEntries(namesakes.map((name) => [name, name])),
  leaveOut: [
    { reason: 'critical system object', when: { isCriticalSystemObject: '^true$' } },
    { reason: 'replication conflict', when: { dn: '\\\\0ACNF:|\\nCNF:' } },
    { reason: 'account of a sync client', types: ['User'], when: { sAMAccountName: '^(MSOL_|AAD_)' } },
    { reason: 'support account', types: ['User'], when: { sAMAccountName: '^SUPPORT_388945a0$' } },
    { reason: 'system mailbox', types: ['User'], when: { mailNickname: '^SystemMailbox\\{' } },
    { reason: 'system mailbox', types: ['User'], when: { sAMAccountName: '^SystemMailbox\\{' } },
    { reason: 'system mailbox', types: ['User'], when: { cn: '^SystemMailbox\\{' } },
    { reason: 'Exchange system object', when: { mailNickname: '^CAS_.*\\}' } },
    {
      reason: 'system recipient',
      types: ['User', 'Contact'],
      when: { msExchRecipientTypeDetails: { bits: systemRecipients } },
    },
    { reason: 'system recipient', types: ['Group'], when: { msExchRecipientTypeDetails: { bits: 0x40000000 } } },
    { reason: 'linked mailbox', types: ['User'], when: { msExchRecipientTypeDetails: '^2$' } },
    {
      reason: 'hidden object of the sync client',
      types: ['Group', 'Contact'],
      when: { displayName: '\\(MSOL\\)', msExchHideFromAddressLists: '^true$' },
    },
  ],
};

/** Gives the names of all attributes that a mapping looks at, in lower case. */
export function namesIn(mapping: Mapping): ReadonlySet<string> {
  const { sourceAnchor, userPrincipalName, displayName, mail, proxyAddresses, attributes, leaveOut } = mapping;
  const names = [
    'objectClass',
    ...[sourceAnchor, userPrincipalName, displayName, mail, proxyAddresses, Object.values(attributes)].flat(),
    ...Object.keys(mapping.exchangeLicensed ?? {}),
    ...leaveOut.flatMap(({ when }) => Object.keys(when)),
  ];
  return new Set(names.map((name) => name.toLowerCase()));
}
