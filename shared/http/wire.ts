/** How exports and objects look in answers. `docs/api.md` describes the same shapes for clients. */
import { mailOf, proxyAddressesOf, quarantinedKey, userPrincipalNameOf } from '../directory/objects.ts';
import type { ContestedValue, ProvisioningError } from '../directory/provisioning-error.ts';
import { operationFailureMessage } from '../messages/operation-failures.ts';
import { holderMessage, quarantineMessage } from '../messages/provisioning-errors.ts';
import type { OperationResult } from '../directory/export/plan-export.ts';
import type { ErrorsOf } from '../use-cases/export/refuse-large-answer.ts';
import type { TestMail } from '../use-cases/monday-mail/send-test-mail.ts';
import type { ObjectView } from '../use-cases/queries/find-object.ts';
import type { RemovedRows } from '../use-cases/sweep/remove-expired.ts';
import type { SweepRun } from '../use-cases/sweep/run-sweep.ts';
import type { Release } from '../use-cases/sweep/release-round.ts';
import type { StoredFailure } from '../store/failures.ts';
import type { StoredLink } from '../store/report-links.ts';
import type { PastEvent } from '../store/history-row.ts';
import type { Tenant } from '../store/tenant-row.ts';
import type { WeekMail } from '../store/week-mails.ts';

/** Returns an object: as exported and in force, with both sides of its conflicts. */
export function objectToWire({ object, errors, contested }: ObjectView): unknown {
  const { objectId, objectType, sourceAnchor, exported } = object;
  return {
    objectId,
    objectType,
    sourceAnchor,
    displayName: exported.displayName,
    userPrincipalName: userPrincipalNameOf(object),
    mail: mailOf(object),
    proxyAddresses: proxyAddressesOf(object),
    exchangeLicensed: exported.exchangeLicensed,
    attributes: exported.attributes,
    exported: {
      userPrincipalName: exported.userPrincipalName,
      mail: exported.mail,
      proxyAddresses: exported.proxyAddresses,
    },
    dirSyncProvisioningErrors: errors.map(provisioningErrorToWire),
    conflicts: contested.map(contestedValueToWire),
  };
}

/** A provisioning error, with its message. */
export function provisioningErrorToWire(error: ProvisioningError): Readonly<Record<string, unknown>> {
  const { errorCategory, propertyName, propertyValue, whenStarted, object, heldBy } = error;
  return { errorCategory, propertyName, propertyValue, whenStarted, message: quarantineMessage(error), object, heldBy };
}

function contestedValueToWire(contested: ContestedValue): unknown {
  const { propertyName, propertyValue, waitingCount, waiting } = contested;
  return { propertyName, propertyValue, message: holderMessage(contested), waitingCount, waiting };
}

/** An export processed, but for its results: counts of them. */
export function exportToWire(
  exportId: string,
  results: readonly OperationResult[],
): { readonly exportId: string; readonly summary: ExportSummary } {
  return { exportId, summary: summarize(results) };
}

export type ExportSummary = Readonly<Record<OperationResult['outcome'] | 'quarantined', number>>;

function summarize(results: readonly OperationResult[]): ExportSummary {
  const summary = { created: 0, updated: 0, unchanged: 0, deleted: 0, failed: 0, quarantined: 0 };
  for (const { outcome, newlyQuarantined } of results) {
    summary[outcome]++;
    summary.quarantined += newlyQuarantined.length;
  }
  return summary;
}

/** The results of an export, in order, each made when its turn comes. */
export function* resultsToWire(results: readonly OperationResult[], errorsOf: ErrorsOf): Generator {
  for (const result of results) yield resultToWire(result, errorsOf);
}

/** Returns the result of one operation: its object after the export, and the news. */
function resultToWire(
  { sourceAnchor, outcome, objectId, object, failure, newlyQuarantined }: OperationResult,
  errorsOf: ErrorsOf,
): unknown {
  const errors = object && object.quarantined.length > 0 ? errorsOf(object) : [];
  const fresh = new Set(newlyQuarantined.map(quarantinedKey));
  const news = errors.filter((error) => fresh.has(quarantinedKey(error)));
  return {
    sourceAnchor,
    objectId,
    outcome,
    userPrincipalName: object ? userPrincipalNameOf(object) : null,
    proxyAddresses: object ? proxyAddressesOf(object) : [],
    dirSyncProvisioningErrors: errors.map(provisioningErrorToWire),
    errors: failure
      ? [{ code: failure.code, message: operationFailureMessage(failure) }]
      : news.map(provisioningErrorToWire).map((provisioningError) => ({
          code: 'QuarantinedAttributeValueMustBeUnique',
          message: provisioningError.message,
          provisioningError,
        })),
  };
}

/** Returns the registration of a tenant. */
export function tenantToWire(tenant: Tenant): Record<string, unknown> {
  const {
    registrationId: _,
    registeredAt: _since,
    refusedExport: _also,
    placeholderRenewal: _neither,
    ...rest
  } = tenant;
  return rest;
}

/** Returns a tenant with its last refused export and its last Monday mail; null if there was none. */
export function tenantAndMailToWire(tenant: Tenant, mail: WeekMail | undefined): unknown {
  const { refusedExport } = tenant;
  return { ...tenantToWire(tenant), refusedExport, mail: mail ? weekMailToWire(mail) : null };
}

function weekMailToWire({ week, status, at, error, whatToDo }: WeekMail): unknown {
  return { week, status, at, ...(error === null ? {} : { error, whatToDo }) };
}

/** A sweep of one tenant. */
export function sweepToWire({ sweep, openErrors, removed }: SweepRun): unknown {
  const { sweepId, released } = sweep;
  return {
    sweepId,
    released: released.map(releaseToWire),
    stillWaiting: openErrors,
    removed: removed && removedToWire(removed),
  };
}

function releaseToWire({ propertyName, propertyValue, sourceAnchor, from, whenStarted }: Release): unknown {
  return { propertyName, propertyValue, sourceAnchor, from, whenStarted };
}

function removedToWire({ history, failures, mails, isMore }: RemovedRows): unknown {
  return { history, failures, mails, isMore };
}

/** A failed operation. */
export function failureToWire(failure: StoredFailure): unknown {
  const { sourceAnchor, objectId, operation, objectType, displayName, code, message, since, exportId } = failure;
  return { sourceAnchor, objectId, operation, objectType, displayName, code, message, since, exportId };
}

/** An event of the history: the objects as they were named then. `operationId` is the id of the export or sweep. */
export function pastEventToWire({ from, by, object, ...event }: PastEvent): unknown {
  const { event: name, at, propertyName, propertyValue, whenStarted } = event;
  return {
    event: name,
    at,
    propertyName,
    propertyValue,
    whenStarted,
    object,
    from,
    by: { kind: by.kind, operationId: by.runId },
  };
}

/** A link to a report, without the token that opens it. */
export function reportLinkToWire({ linkId, madeAt, expiresAt, madeBy }: StoredLink): unknown {
  return { linkId, madeAt, expiresAt, madeBy };
}

/** Returns a test mail: its text and recipients, the numbers in it, and the ids under which it was sent. */
export function testMailToWire({ subject, plainText, html, to, operationIds, digest }: TestMail): unknown {
  const { since, values, objects, counts, newValues, ended, oldest, failures } = digest;
  return {
    subject,
    to,
    operationIds,
    counts: {
      since: since.toISOString(),
      values,
      objects,
      ...{ byProperty: counts, new: newValues, released: ended.released, withdrawn: ended.withdrawn, oldest },
      failedOperations: failures.count,
    },
    plainText,
    html,
  };
}
