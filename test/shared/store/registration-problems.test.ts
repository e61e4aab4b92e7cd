import { describe, expect, it } from 'vitest';
import { registrationProblems } from '../../../shared/store/registration-problems.ts';

describe('registrationProblems()', () => {
  const row = {
    rowKey: 'contoso',
    initialDomain: 'contoso.onmicrosoft.com',
    displayName: '',
    recipients: '[]',
    placeholderSeparator: '+',
  };

  it('accepts a row of the first version, which has only these columns', () => {
    expect(registrationProblems(row)).toEqual([]);
  });

  it.each([
    ['initialDomain', 'contoso', '"initialDomain" is "contoso", not a domain'],
    ['initialDomain', undefined, '"initialDomain" is missing, not a domain'],
    ['displayName', 7, '"displayName" is 7, not a text'],
    ['recipients', '["a@b.c", 7]', '"recipients" is a text of 12 characters, not a list of addresses as JSON'],
    ['placeholderSeparator', '-', '"placeholderSeparator" is "-", not "+" or ""'],
    ['mailTimeZone', 'Mars/Base', '"mailTimeZone" is "Mars/Base", not a time zone'],
    ['mailHour', 24, '"mailHour" is 24, not an hour'],
    ['mailHour', -1, '"mailHour" is -1, not an hour'],
    ['accidentalDeletionThreshold', 1.5, '"accidentalDeletionThreshold" is 1.5, not a number of objects'],
    ['retentionDays', -1, '"retentionDays" is -1, not a number of days'],
    ['generation', 0, '"generation" is 0, not the number of registrations of the id'],
    ['registeredAt', 'never', '"registeredAt" is "never", not a time'],
    ['deletingSince', true, '"deletingSince" is true, not a time'],
    ['refusedExport', '{"exportId":"x"}', 'not a refused export as JSON'],
    ['placeholderRenewal', '{"cleanSince":7}', 'not the progress of a placeholder renewal as JSON'],
  ])('finds that %s is %j', (column, value, detail) => {
    expect(registrationProblems({ ...row, [column]: value })).toEqual([
      { column, detail: expect.stringContaining(detail) as string },
    ]);
  });

  it('shortens a long text', () => {
    const [problem] = registrationProblems({ ...row, initialDomain: 'x'.repeat(101) });
    expect(problem?.detail).toBe(`"initialDomain" is "${'x'.repeat(100)}"..., not a domain`);
  });
});
