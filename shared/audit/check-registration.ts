/** Checks the registration of a tenant: its row in the table `Tenants`. */
import { registrationProblems } from '../store/registration-problems.ts';
import type { ReadRow } from '../store/row.ts';
import type { Finding } from './finding.ts';

/** Returns the damage of a tenant's row. It has no repair, because no other row says what was registered. */
export function checkRegistration(row: ReadRow): readonly Finding[] {
  const { rowKey, etag } = row;
  return registrationProblems(row).map(({ detail }) => ({
    code: 'RegistrationDamaged',
    rowKey,
    detail: `In the table "Tenants", ${detail}.`,
    evidence: { [rowKey]: etag },
    repair: null,
  }));
}
