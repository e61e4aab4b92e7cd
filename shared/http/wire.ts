/** How exports and objects look in answers. `docs/api.md` describes the same shapes for clients. */
import { mailOf, proxyAddressesOf, quarantinedKey, userPrincipalNameOf } from '../directory/objects.ts';
import type { OperationResult } from '../directory/plan-export.ts';
import type { ErrorsOf } from '../operations/guard-answer.ts';
import type { TestMail } from '../operations/monday-mail/send-test-mail.ts';
import type { ObjectView } from '../operations/read-object.ts';
import type { Tenant } from '../store/tenants.ts';
import type { WeekMail } from '../store/week-mails.ts';

/** An object as it stands: what was exported, what is in force, and both sides of its conflicts. */
export function objectToWire({ object, errors, conflicts }: ObjectView): unknown {
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
    dirSyncProvisioningErrors: errors,
    conflicts,
  };
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

/** What became of one operation: its object as it stands, and what is new. */
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
    dirSyncProvisioningErrors: errors,
    errors: failure
      ? [{ code: failure.code, message: failure.message }]
      : news.map((provisioningError) => ({
          code: 'QuarantinedAttributeValueMustBeUnique',
          message: provisioningError.message,
          provisioningError,
        })),
  };
}

/** A tenant as it is registered. */
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

/** A tenant as it is registered, the last export that was refused, and its last Monday mail; null where there was none. */
export function tenantAndMailToWire(tenant: Tenant, mail: WeekMail | undefined): unknown {
  const { refusedExport } = tenant;
  return { ...tenantToWire(tenant), refusedExport, mail: mail ? weekMailToWire(mail) : null };
}

function weekMailToWire({ week, status, at, error, whatToDo }: WeekMail): unknown {
  return { week, status, at, ...(error === null ? {} : { error, whatToDo }) };
}

/** A test mail: what it says and to whom, the numbers that it tells of, and the ids under which it was sent. */
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
