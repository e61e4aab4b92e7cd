/**
 * The row of a tenant: all tenants are in one partition of their own table.
 *
 * A row is registered, being deleted (`deletingSince`), or what is left of a tenant that was deleted (`removedAt`): then
 * it only keeps how often the id was registered, so that the next registration gets a partition that nobody had before.
 * Every step from one to another depends on the row's ETag.
 */
import type { PlaceholderSeparator } from '../directory/placeholder.ts';
import { type RegistrationId, registrationIdOf } from '../tenant-id.ts';
import { DamagedRegistration, registrationProblems } from './registration-problems.ts';

/** The partition of the table `Tenants` that the registrations are in. */
export const tenantsPartition = 'tenant';

/** One directory as it is registered: its initial domain, who gets its mails and when, and what its exports may do. */
export type TenantRegistration = {
  readonly tenantId: string;
  readonly initialDomain: string;
  readonly displayName: string | null;
  readonly recipients: readonly string[];
  readonly placeholderSeparator: PlaceholderSeparator;
  /** The name of the time zone that the Monday mail goes by, such as `Europe/Berlin`. */
  readonly mailTimeZone: string;
  /** From which hour on the Monday mail is sent, 0 to 23. */
  readonly mailHour: number;
  /** An export that would delete more objects than this is refused, unless it names their number. */
  readonly accidentalDeletionThreshold: number;
  /** For how many days history, failures and mail records are kept; 0 keeps all. */
  readonly retentionDays: number;
};

/** A tenant: as it is registered, and what became of it since. */
export type Tenant = TenantRegistration & {
  readonly registrationId: RegistrationId;
  /** When it was registered, in ISO 8601; null if that was before it was recorded. */
  readonly registeredAt: string | null;
  /** The last export that was refused because it would have deleted too many objects. */
  readonly refusedExport: RefusedExport | null;
  /** What is left to do since the form of its placeholders changed; null if all have the present form. */
  readonly placeholderRenewal: PlaceholderRenewal | null;
  /** Since when it is being deleted, in ISO 8601: then nothing may be done with it but to delete it further. */
  readonly deletingSince: string | null;
};

/** Users may have placeholders of an earlier form; `cleanSince` is when a scan first found none, in ISO 8601. */
export type PlaceholderRenewal = { readonly cleanSince: string | null };

/** An export that was refused as a whole, and how many objects it would have deleted. `at` in ISO 8601. */
export type RefusedExport = {
  readonly exportId: string;
  readonly at: string;
  readonly deletes: number;
  readonly threshold: number;
  /** The number that the export named; null where it named none. */
  readonly allowDeletes: number | null;
};

export type TenantRow = {
  readonly rowKey: string;
  readonly initialDomain: string;
  readonly displayName: string;
  readonly recipients: string;
  readonly placeholderSeparator: string;
  // A row that was written before there were these columns has none.
  readonly mailTimeZone?: string;
  readonly mailHour?: number;
  readonly accidentalDeletionThreshold?: number;
  readonly retentionDays?: number;
  readonly generation?: number;
  readonly registeredAt?: string;
  readonly refusedExport?: string;
  readonly placeholderRenewal?: string;
  readonly deletingSince?: string;
};

export type RemovedRow = { readonly rowKey: string; readonly generation: number; readonly removedAt: string };

export function registrationOf({ rowKey, generation }: TenantRow): RegistrationId {
  return registrationIdOf(rowKey, generation ?? 1);
}

export function isRemoved(row: TenantRow | RemovedRow): row is RemovedRow {
  return 'removedAt' in row;
}

export function tenantToRow(registration: TenantRegistration): TenantRow {
  // A tenant as it was read may be given: what became of it since is not for its registration to say.
  const { tenantId, initialDomain, displayName, recipients, placeholderSeparator, mailTimeZone, mailHour } =
    registration;
  return {
    rowKey: tenantId,
    initialDomain,
    displayName: displayName ?? '',
    recipients: JSON.stringify(recipients),
    placeholderSeparator,
    mailTimeZone,
    mailHour,
    accidentalDeletionThreshold: registration.accidentalDeletionThreshold,
    retentionDays: registration.retentionDays,
  };
}

export function tenantFromRow(row: TenantRow): Tenant {
  const problems = registrationProblems(row);
  if (problems.length > 0) throw new DamagedRegistration(row.rowKey, problems);
  return {
    tenantId: row.rowKey,
    initialDomain: row.initialDomain,
    displayName: row.displayName || null,
    recipients: JSON.parse(row.recipients) as string[],
    placeholderSeparator: row.placeholderSeparator as PlaceholderSeparator,
    mailTimeZone: row.mailTimeZone ?? 'UTC',
    mailHour: row.mailHour ?? 8,
    accidentalDeletionThreshold: row.accidentalDeletionThreshold ?? 500,
    retentionDays: row.retentionDays ?? 400,
    registrationId: registrationOf(row),
    registeredAt: row.registeredAt ?? null,
    refusedExport: row.refusedExport ? (JSON.parse(row.refusedExport) as RefusedExport) : null,
    placeholderRenewal: row.placeholderRenewal ? (JSON.parse(row.placeholderRenewal) as PlaceholderRenewal) : null,
    deletingSince: row.deletingSince ?? null,
  };
}
