/** Processes an export: attempts it, again where a race was lost, and puts together what is answered. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportItem } from '../../directory/export/fold-export.ts';
import type { DirectoryObject } from '../../directory/objects.ts';
import { nameInSentence, referenceTo } from '../../directory/provisioning-error.ts';
import type { OperationResult } from '../../directory/export/plan-export.ts';
import { duplicateAddress } from '../../directory/validation.ts';
import { RequestError } from '../../request-error.ts';
import type { Services } from '../../services.ts';
import { forObjects } from '../../store/read-directory.ts';
import type { KnownRows } from '../../store/write-context.ts';
import { countRequests, noCounts, type StorageCounts } from '../../store/table.ts';
import { recordRefusedExport } from '../../store/write-tenant.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import { attemptExport, attemptNewObjects } from './attempt-export.ts';
import { type ExportProgress, type ExportRun, noProgress } from './export-progress.ts';
import { awaitedBy, findHolders, provisioningErrorsOf } from '../queries/find-holders.ts';
import type { ErrorsOf } from './refuse-large-answer.ts';
import { TooManyDeletes } from './count-deletes.ts';
import { keepFailures } from './keep-failures.ts';
import { looksNew } from './looks-new.ts';

/** An export processed: a result for each operation, in order, and what it cost. */
export type ProcessedExport = {
  readonly exportId: string;
  readonly durationMs: number;
  readonly results: readonly OperationResult[];
  /** Gives the provisioning errors of an object of the results. */
  readonly errorsOf: ErrorsOf;
  readonly counts: StorageCounts;
};

const mostAttempts = 15;
const longestPauseMs = 1_000;

/**
 * Processes an export of a tenant.
 *
 * Safe to send again after any failure: what has been written is `unchanged` then. Throws `StorageBusy` where others
 * keep changing the same objects and values, and what the storage throws where it does not answer. Throws
 * {@link TooManyDeletes}, and records it at the tenant, where more objects would be deleted than the tenant lets an
 * export delete and than `allowDeletes` names. Throws `PayloadTooLarge` where the answer would be too large.
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
    const holderOf = await findHolders(run.partition, awaitedBy(objects), progress.known);
    const durationMs = now().getTime() - run.writer.now.getTime();
    return { exportId, durationMs, results, counts, errorsOf: (object) => provisioningErrorsOf(object, holderOf) };
  });
}

/** Attempts an export until nothing of it is pending. Throws `StorageBusy` if too many attempts lose a race. */
async function attemptAll(items: readonly ExportItem[], run: ExportRun): Promise<ExportProgress> {
  let progress = noProgress(items);
  if (await looksNew(run.partition, items)) progress = await attemptNewObjects(progress, run);
  for (let attempt = 0; progress.pending.length > 0; attempt++) {
    if (attempt === mostAttempts) throw busy(progress.pending);
    if (attempt > 0) await delay(run.random() * Math.min(longestPauseMs, 10 * 2 ** attempt));
    progress = await attemptExport(progress, run);
  }
  return progress;
}

/** Records at the tenant that its export was refused, if that is what happened; throws what was thrown. */
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

/** Names, in the failures over duplicate addresses, the objects that have them as administrators know them. */
async function withNamedHolders(
  results: readonly OperationResult[],
  { partition, known }: Pick<ExportRun, 'partition'> & { readonly known: KnownRows },
): Promise<readonly OperationResult[]> {
  const holders = new Set(results.flatMap(({ failure }) => failure?.conflict?.holder ?? []));
  if (holders.size === 0) return results;
  const names = new Map<string, string>();
  const name = (object: DirectoryObject): void =>
    void names.set(object.sourceAnchor, nameInSentence(referenceTo(object)));
  const unknown: string[] = [];
  for (const sourceAnchor of holders) {
    const stored = known.objects.get(sourceAnchor);
    if (stored?.object) name(stored.object);
    if (!stored) unknown.push(sourceAnchor);
  }
  await forObjects(partition, unknown, name);
  return results.map((result) => {
    const { failure, sourceAnchor } = result;
    const holder = names.get(failure?.conflict?.holder ?? '');
    if (!failure?.conflict || !holder || sourceAnchor === null) return result;
    const { address } = failure.conflict;
    return { ...result, failure: duplicateAddress({ sourceAnchor, address }, holder) };
  });
}

function busy(pending: readonly ExportItem[]): RequestError {
  return new RequestError(
    'StorageBusy',
    `Cannot finish the export: other exports keep changing the same objects (${pending.length} operations are left, the first for object "${pending[0]?.sourceAnchor}"). What was written stays. Send the same export again.`,
  );
}
