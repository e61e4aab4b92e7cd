/** How far an export is: what its attempts share, and what each leaves to the next. */
import type { DeletionLimit } from '../../directory/export/deletions-allowed.ts';
import type { ExportItem } from '../../directory/export/fold-export.ts';
import type { DirectoryObject } from '../../directory/objects.ts';
import type { OperationResult } from '../../directory/export/plan-export.ts';
import type { ValueKey } from '../../directory/values.ts';
import type { Partition } from '../../store/partition.ts';
import type { KnownRows, Writer } from '../../store/write-context.ts';
import type { StoredValue } from '../../store/value-row.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { type DeleteCount, noDeletes } from './count-deletes.ts';

/** An export under way: what all of its attempts are made with. `random` returns 0 to below 1. */
export type ExportRun = {
  readonly partition: Partition;
  readonly tenant: Tenant;
  readonly writer: Writer;
  readonly random: () => number;
  readonly newId: () => string;
  readonly deletionLimit: DeletionLimit;
};

/** How far an export is after some attempts. */
export type ExportProgress = {
  /** The items that are still to be written. */
  readonly pending: readonly ExportItem[];
  /** The results of all items that were planned, by their index. */
  readonly results: ReadonlyMap<number, OperationResult>;
  /** The rows that were read and written. */
  readonly known: KnownRows;
  /** What this export vacated: free for the rest of it, whoever waits. */
  readonly vacated: ReadonlySet<ValueKey>;
  /** What objects were before this export wrote a part of their change. */
  readonly originals: ReadonlyMap<string, DirectoryObject | undefined>;
  /** Placeholders that turned out to be taken. */
  readonly placeholders: ReadonlyMap<ValueKey, StoredValue>;
  readonly deletes: DeleteCount;
  /** How often rows were read again because they were not of one moment. */
  readonly rereads: number;
  /** Whether an attempt has written something. */
  readonly isBegun: boolean;
};

/** Returns the progress of an export before its first attempt. */
export function noProgress(items: readonly ExportItem[]): ExportProgress {
  return {
    pending: items,
    results: new Map(),
    known: { objects: new Map(), values: new Map() },
    vacated: new Set(),
    originals: new Map(),
    placeholders: new Map(),
    deletes: noDeletes,
    rereads: 0,
    isBegun: false,
  };
}
