/** The mapping: the attributes of an entry that make the properties of an object. */
import type { ObjectType } from '../../shared/directory/objects.ts';

/** Leaves out the entries that all patterns match. */
type LeaveOutRule = {
  readonly reason: string;
  /** Only entries of these types; of all types if absent. */
  readonly types?: readonly ObjectType[] | undefined;
  readonly when: Readonly<Record<string, Pattern>>;
};

/** Matches an attribute if a value of it matches the regular expression, in any letter case, or has one of the bits. */
export type Pattern = string | { readonly bits: number };

/** The source of each property. Unless a comment says otherwise, the first attribute of the list that has a value. */
export type Mapping = {
  /** The first class of this list that an entry has decides its type; null leaves it out. */
  readonly objectClasses: Readonly<Record<string, ObjectType | null>>;
  /** The type of entries without an object class. */
  readonly defaultType: ObjectType | null;
  readonly sourceAnchor: readonly string[];
  readonly userPrincipalName: readonly string[];
  readonly displayName: readonly string[];
  /** A second value of the attribute is a secondary address. */
  readonly mail: readonly string[];
  /** All values of all these attributes. An address without a type is an SMTP address. */
  readonly proxyAddresses: readonly string[];
  /** Users that all patterns match have a mailbox; null: no user has one. */
  readonly exchangeLicensed: Readonly<Record<string, Pattern>> | null;
  /** Further attributes to export, by the name that they get in the export. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly leaveOut: readonly LeaveOutRule[];
};

const namesakes = ['givenName', 'sn', 'title', 'department', 'company', 'employeeID'];

/** Recipient types that are left out: arbitration, discovery, public folder and system mailboxes. */
const systemRecipients = 0x21c07000;

/**
 * Maps Active Directory and the common LDAP schemas: inetOrgPerson, groupOfNames, posixGroup.
 *
 * It leaves out the same entries as the default configuration of Microsoft Entra Connect.
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

/** Returns the names of all attributes that a mapping reads, in lower case. */
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
