/**
 * The row of a tenant. All tenants are in one partition of the table `Tenants`.
 *
 * A tenant is registered, being deleted (`deletingSince`), or deleted (`removedAt`). The row of a deleted tenant keeps only how
 * often its id was registered, so that the next registration gets a partition that was never used before.
 */
import type { PlaceholderSeparator } from '../directory/placeholder.ts';
import { type RegistrationId, registrationIdOf } from '../tenant-id.ts';
import { DamagedRegistration, registrationProblems } from './registration-problems.ts';

/** The partition of the table `Tenants` that holds the rows of tenants. */
export const tenantsPartition = 'tenant';

/** The registration of a tenant: one directory, with the settings of its exports and its mails. */
export type TenantRegistration = {
  readonly tenantId: string;
  readonly initialDomain: string;
  readonly displayName: string | null;
  readonly recipients: readonly string[];
  readonly placeholderSeparator: PlaceholderSeparator;
  /** The time zone of the Monday mail, such as `Europe/Berlin`. */
  readonly mailTimeZone: string;
  /** The hour from which on the Monday mail is sent, 0 to 23. */
  readonly mailHour: number;
  /** An export that would delete more objects is refused, unless it allows their number. */
  readonly accidentalDeletionThreshold: number;
  /** The days after which history, failures and the records of mails are removed; 0 for never. */
  readonly retentionDays: number;
};

/** A tenant: its registration, and its state since. */
export type Tenant = TenantRegistration & {
  readonly registrationId: RegistrationId;
  /** When it was registered, in ISO 8601; null if that was before it was recorded. */
  readonly registeredAt: string | null;
  /** The last export that was refused because it would have deleted too many objects. */
  readonly refusedExport: RefusedExport | null;
  /** The progress of renewing placeholders after their form changed; null if all have the present form. */
  readonly placeholderRenewal: PlaceholderRenewal | null;
  /** When its deletion began, in ISO 8601. From then on it can only be deleted. */
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
  /** The number of deletions that the export allowed; null if it named none. */
  readonly allowDeletes: number | null;
};

/** The row of a tenant that is registered or being deleted. */
export type TenantRow = {
  readonly rowKey: string;
  readonly initialDomain: string;
  readonly displayName: string;
  readonly recipients: string;
  readonly placeholderSeparator: string;
  // An earlier version wrote rows without these columns.
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

/** The row of a deleted tenant. */
export type RemovedRow = { readonly rowKey: string; readonly generation: number; readonly removedAt: string };

/** Returns the id of the registration that a row is of. */
export function registrationOf({ rowKey, generation }: TenantRow): RegistrationId {
  return registrationIdOf(rowKey, generation ?? 1);
}

/** Reports whether a row is of a deleted tenant. */
export function isRemoved(row: TenantRow | RemovedRow): row is RemovedRow {
  return 'removedAt' in row;
}

/** Writes the columns of a registration. */
export function tenantToRow(registration: TenantRegistration): TenantRow {
  // The argument may be a whole tenant: its state since is not written.
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

/** Reads the row of a tenant. Throws {@link DamagedRegistration} if it cannot be read. */
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
