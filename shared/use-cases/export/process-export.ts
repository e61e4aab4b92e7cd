/** Processes an export: attempts it until no race is lost, and returns its results. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportItem } from '../../directory/export/fold-export.ts';
import type { DirectoryObject } from '../../directory/objects.ts';
import { holderInConflict } from '../../directory/operation-failure.ts';
import { type ObjectReference, referenceTo } from '../../directory/provisioning-error.ts';
import type { OperationResult } from '../../directory/export/plan-export.ts';
import type { Services } from '../../services.ts';
import { forObjects } from '../../store/read-directory.ts';
import type { KnownRows } from '../../store/write-context.ts';
import { countRequests, noCounts, type StorageCounts } from '../../store/table.ts';
import { recordRefusedExport } from '../../store/write-tenant.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { attemptExport, attemptNewObjects } from './attempt-export.ts';
import { type ExportProgress, type ExportRun, noProgress } from './export-progress.ts';
import { quarantinedOn, findHolders, provisioningErrorsOf } from '../queries/find-holders.ts';
import type { ErrorsOf } from './refuse-large-answer.ts';
import { TooManyDeletes } from './count-deletes.ts';
import { keepFailures } from './keep-failures.ts';
import { looksNew } from './looks-new.ts';
import { exportKeepsLosing } from '../../messages/refusals.ts';

/** A processed export: a result for each operation, in order, and its cost in storage. */
export type ProcessedExport = {
  readonly exportId: string;
  readonly durationMs: number;
  readonly results: readonly OperationResult[];
  /** Returns the provisioning errors of an object in the results. */
  readonly errorsOf: ErrorsOf;
  readonly counts: StorageCounts;
};

const mostAttempts = 15;
const longestPauseMs = 1_000;

/**
 * Processes an export of a tenant. Behaviour 4.
 *
 * Safe to repeat after any failure: objects that have been written are then `unchanged`. Throws `StorageBusy` if other
 * exports keep changing the same objects and values, and the storage's error if it does not answer. Throws
 * {@link TooManyDeletes}, and records it at the tenant, if the export would delete more objects than the tenant and
 * `allowDeletes` allow. Throws `PayloadTooLarge` if the answer would be too large.
 *
 * @example
 * const { results } = await processExport(services, tenant, parseExport(body));
 */
export async function processExport(
  services: Services,
  tenant: Tenant,
  items: readonly ExportItem[],
  { allowDeletes = null }: { readonly allowDeletes?: number | null } = {},
): Promise<ProcessedExport> {
  const counts = noCounts();
  return countRequests(counts, async () => {
    const { storage, now, random, newId } = services;
    const exportId = newId();
    const run: ExportRun = {
      partition: await storage.partition(tenant.registrationId, counts),
      tenant,
      writer: { kind: 'export', runId: exportId, now: now() },
      random,
      newId,
      deletionLimit: { threshold: tenant.accidentalDeletionThreshold, allowDeletes },
    };
    const progress = await attemptAll(items, run).catch((error: unknown) => recordRefusal(error, services, run));
    const results = await withNamedHolders(
      items.map(({ index }) => progress.results.get(index) as OperationResult),
      { ...run, known: progress.known },
    );
    await keepFailures(run.partition, { items, results, writer: run.writer });
    const objects = results.flatMap(({ object }) => object ?? []);
    const holderOf = await findHolders(run.partition, quarantinedOn(objects), progress.known);
    const durationMs = now().getTime() - run.writer.now.getTime();
    return { exportId, durationMs, results, counts, errorsOf: (object) => provisioningErrorsOf(object, holderOf) };
  });
}

/** Attempts an export until no item is pending. Throws `StorageBusy` if too many attempts lose a race. */
async function attemptAll(items: readonly ExportItem[], run: ExportRun): Promise<ExportProgress> {
  let progress = noProgress(items);
  if (await looksNew(run.partition, items)) progress = await attemptNewObjects(progress, run);
  for (let attempt = 0; progress.pending.length > 0; attempt++) {
    if (attempt === mostAttempts)
      throw exportKeepsLosing(progress.pending.length, progress.pending[0]?.sourceAnchor ?? null);
    if (attempt > 0) await delay(run.random() * Math.min(longestPauseMs, 10 * 2 ** attempt));
    progress = await attemptExport(progress, run);
  }
  return progress;
}

/** Records at the tenant that its export was refused for its deletes; rethrows the error. */
async function recordRefusal(
  error: unknown,
  { storage }: Services,
  { tenant, writer, deletionLimit }: ExportRun,
): Promise<never> {
  if (error instanceof TooManyDeletes) {
    const { deletes } = error;
    const refused = { exportId: writer.runId, at: writer.now.toISOString(), deletes, ...deletionLimit };
    await recordRefusedExport(await storage.tenants(), tenant, refused);
  }
  throw error;
}

/** Adds the holders to the failures over duplicate addresses, so that messages can name them. */
async function withNamedHolders(
  results: readonly OperationResult[],
  { partition, known }: Pick<ExportRun, 'partition'> & { readonly known: KnownRows },
): Promise<readonly OperationResult[]> {
  const holders = new Set(results.flatMap(({ failure }) => holderInConflict(failure) ?? []));
  if (holders.size === 0) return results;
  const references = new Map<string, ObjectReference>();
  const note = (object: DirectoryObject): void => void references.set(object.sourceAnchor, referenceTo(object));
  const unknown: string[] = [];
  for (const sourceAnchor of holders) {
    const stored = known.objects.get(sourceAnchor);
    if (stored?.object) note(stored.object);
    if (!stored) unknown.push(sourceAnchor);
  }
  await forObjects(partition, unknown, note);
  return results.map((result) => {
    const { failure } = result;
    const heldBy = references.get(holderInConflict(failure) ?? '');
    if (failure?.reason.kind !== 'duplicateAddress' || !heldBy) return result;
    return { ...result, outcome: 'failed', failure: { ...failure, reason: { ...failure.reason, heldBy } } };
  });
}
