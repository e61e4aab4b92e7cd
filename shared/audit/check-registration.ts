/** Checks the registration of a tenant: its row in the table `Tenants`, from which nothing follows, and which follows from nothing. */
import { registrationProblems } from '../store/registration-problems.ts';
import type { ReadRow } from '../store/rows.ts';
import type { Finding } from './finding.ts';

/** Gives what is wrong with the row of a registered tenant. No repair can mend it: what was registered, no other row says. */
export function registrationFindings(row: ReadRow): readonly Finding[] {
  const { rowKey, etag } = row;
  return registrationProblems(row).map(({ detail }) => ({
    code: 'RegistrationDamaged',
    rowKey,
    detail: `In the table "Tenants", ${detail}.`,
    evidence: { [rowKey]: etag },
    mend: null,
  }));
}
