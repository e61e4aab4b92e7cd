import { describe, expect, it } from 'vitest';
import { checkRegistration } from '../../../shared/audit/check-registration.ts';
import type { ReadRow } from '../../../shared/store/row.ts';

const row = (rowKey: string, columns: object = {}): ReadRow => ({ rowKey, etag: 'etag', ...columns });

describe('checkRegistration()', () => {
  it('returns a finding without a repair for each damaged column', () => {
    const findings = checkRegistration(row('contoso', { initialDomain: 'contoso', displayName: '', recipients: '[]' }));
    expect(findings.map(({ code, detail, repair }) => [code, detail, repair])).toEqual([
      ['RegistrationDamaged', 'In the table "Tenants", "initialDomain" is "contoso", not a domain.', null],
      ['RegistrationDamaged', 'In the table "Tenants", "placeholderSeparator" is missing, not "+" or "".', null],
    ]);
  });
});
