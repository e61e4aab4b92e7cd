/** One side of a conflict. */
export type ObjectReference = {
  readonly objectType: string;
  readonly displayName: string | null;
  readonly sourceAnchor: string;
  readonly userPrincipalName: string | null;
};

/** Returns the name by which people know an object. */
export function shownName({ displayName, userPrincipalName, sourceAnchor }: ObjectReference): string {
  return displayName ?? userPrincipalName ?? sourceAnchor;
}

/** A quarantined value. `heldBy` is null if no object holds it any more and the next sweep will release it. */
export type ProvisioningError = {
  readonly propertyName: 'UserPrincipalName' | 'ProxyAddresses';
  readonly propertyValue: string;
  readonly whenStarted: string;
  readonly message: string;
  readonly object: ObjectReference;
  readonly heldBy: (ObjectReference & { readonly attribute: string | null }) | null;
};

/** One error of an operation. If a value was quarantined, it has the provisioning error. */
export type OperationError = {
  readonly code: string;
  readonly message: string;
  readonly provisioningError?: ProvisioningError;
};

export const operationOutcomes = ['created', 'updated', 'unchanged', 'deleted', 'failed'] as const;
export type OperationOutcome = (typeof operationOutcomes)[number];

export type OperationResult = {
  readonly sourceAnchor: string | null;
  readonly outcome: OperationOutcome;
  readonly userPrincipalName: string | null;
  readonly errors: readonly OperationError[];
};

/** The counts of an export: of its operations by outcome, and of the newly quarantined values. */
type ExportSummary = Readonly<Record<OperationOutcome | 'quarantined', number>>;

/** The answer of the service to an export, as far as clients of this repository read it. The results have the order of the operations. */
export type ExportAnswer = {
  readonly exportId: string;
  readonly summary: ExportSummary;
  readonly results: readonly OperationResult[];
};
