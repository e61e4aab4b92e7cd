/** What the service answers, as far as it is used here. */

/** One side of a conflict. */
export type ObjectReference = {
  readonly objectType: string;
  readonly displayName: string | null;
  readonly sourceAnchor: string;
  readonly userPrincipalName: string | null;
};

/** A quarantined value. `heldBy` is null between its release and the sweep. */
export type ProvisioningError = {
  readonly propertyName: string;
  readonly propertyValue: string;
  readonly whenStarted: string;
  readonly message: string;
  readonly object: ObjectReference;
  readonly heldBy: (ObjectReference & { readonly attribute: string | null }) | null;
};

export type OperationError = {
  readonly code: string;
  readonly message: string;
  readonly provisioningError?: ProvisioningError;
};

export const outcomes = ['created', 'updated', 'unchanged', 'deleted', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

export type Result = {
  readonly sourceAnchor: string | null;
  readonly outcome: Outcome;
  readonly userPrincipalName: string | null;
  readonly errors: readonly OperationError[];
};

export type ExportAnswer = { readonly exportId: string; readonly results: readonly Result[] };
