/** What the rows of a transaction are built from, beside the transitions. */
import type { ValueKey } from '../directory/values.ts';
import type { NamedObject } from './named-object.ts';
import type { StoredObject } from './object-row.ts';
import type { RowWrite } from './submit-transaction.ts';
import type { StoredValue } from './value-row.ts';

/** The rows of objects and values as last read or written. A value without a row is vacant, and no object waits for it. */
export type KnownRows = {
  readonly objects: Map<string, StoredObject>;
  readonly values: Map<ValueKey, StoredValue>;
};

/** The export or sweep that writes, and the time that it writes under. */
export type Writer = {
  readonly kind: 'export' | 'sweep';
  readonly runId: string;
  readonly now: Date;
  /** The objects that vacated the values that a sweep releases, for the history. */
  readonly previousHolders?: ReadonlyMap<ValueKey, NamedObject | null>;
};

/** A writer, and the known rows with the ETags that its writes are conditional on. */
export type WriteContext = Writer & { readonly known: KnownRows };

/** One row of a transaction, and how the known rows change once it is written. */
export type RowAction = {
  readonly write: RowWrite;
  readonly afterWrite?: (known: KnownRows, etag: string) => void;
};

/** The known rows contradict the plan, because they were read while others changed them: the race is lost already. */
export class StalePlan extends Error {}
