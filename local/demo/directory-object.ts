/** What the demo reads of the service's answers: the shapes that any client of the API sees. */

/** An object as it is named in a conflict. */
export type Reference = {
  readonly objectType: string;
  readonly displayName: string | null;
  readonly sourceAnchor: string;
  readonly userPrincipalName: string | null;
};

/** One quarantined value: whose, and who has it. */
export type ProvisioningError = {
  readonly propertyName: 'UserPrincipalName' | 'ProxyAddresses';
  readonly propertyValue: string;
  readonly message: string;
  readonly object: Reference;
  readonly heldBy: (Reference & { readonly attribute: string }) | null;
};

/** One error of an operation; a quarantined value comes with its provisioning error. */
export type OperationError = {
  readonly code: string;
  readonly message: string;
  readonly provisioningError?: ProvisioningError;
};

/** What became of one operation. */
export type OperationResult = {
  readonly sourceAnchor: string;
  readonly outcome: string;
  readonly errors: readonly OperationError[];
};

/** The counts of an export, in the order in which the service gives them. */
export type Summary = Readonly<
  Record<'created' | 'updated' | 'unchanged' | 'deleted' | 'failed' | 'quarantined', number>
>;

/** The answer to an export. */
export type ExportAnswer = {
  readonly exportId: string;
  readonly summary: Summary;
  readonly results: readonly OperationResult[];
};

/** A value that an object has and others wait for. */
export type Conflict = {
  readonly propertyValue: string;
  readonly message: string;
  readonly waiting: readonly Reference[];
};

/** An object as it stands. */
export type DirectoryObject = Reference & {
  readonly objectId: string;
  readonly proxyAddresses: readonly string[];
  readonly dirSyncProvisioningErrors: readonly ProvisioningError[];
  readonly conflicts: readonly Conflict[];
};

/** A tenant as it is registered. */
export type Tenant = { readonly tenantId: string; readonly initialDomain: string };

/** What a sweep gave back, and to whom; `from` is the object that had the value before. */
export type SweepAnswer = {
  readonly released: readonly {
    readonly propertyName: string;
    readonly propertyValue: string;
    readonly sourceAnchor: string;
    readonly from: { readonly sourceAnchor: string; readonly displayName: string | null } | null;
    readonly whenStarted: string;
  }[];
  readonly stillWaiting: number;
};

/** The answer to a mail: what it says, and to whom. */
export type MailAnswer = { readonly subject: string; readonly to: readonly string[]; readonly plainText: string };
