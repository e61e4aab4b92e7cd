import type { ObjectReference, ProvisioningError } from '../../cli/send/export-answer.ts';

/** A value that an object holds and others wait for. */
type ObjectConflict = {
  readonly propertyValue: string;
  readonly message: string;
  readonly waiting: readonly ObjectReference[];
};

/** An object as the service answers it, as far as the demo reads it. */
export type DirectoryObject = ObjectReference & {
  readonly objectId: string;
  readonly proxyAddresses: readonly string[];
  readonly dirSyncProvisioningErrors: readonly ProvisioningError[];
  readonly conflicts: readonly ObjectConflict[];
};
