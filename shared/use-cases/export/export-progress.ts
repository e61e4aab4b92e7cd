/** The progress of an export: the state that each attempt leaves to the next. */
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

/** An export under way: what all of its attempts share. `random` returns 0 to below 1. */
export type ExportRun = {
  readonly partition: Partition;
  readonly tenant: Tenant;
  readonly writer: Writer;
  readonly random: () => number;
  readonly newId: () => string;
  readonly deletionLimit: DeletionLimit;
};

/** The progress of an export after some attempts. */
export type ExportProgress = {
  /** The items that are still to be written. */
  readonly pending: readonly ExportItem[];
  /** The results of all items that were planned, by their index. */
  readonly results: ReadonlyMap<number, OperationResult>;
  /** The rows that were read and written. */
  readonly known: KnownRows;
  /** The values that this export vacated: they are vacant for the rest of it, even if other objects wait. */
  readonly vacated: ReadonlySet<ValueKey>;
  /** The objects as they were before this export wrote a part of their change. */
  readonly originals: ReadonlyMap<string, DirectoryObject | undefined>;
  /** Placeholders that turned out to be taken. */
  readonly placeholders: ReadonlyMap<ValueKey, StoredValue>;
  readonly deletes: DeleteCount;
  /** How often rows were read again because they contradicted each other. */
  readonly rereads: number;
  /** Whether an attempt may have written something. */
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
