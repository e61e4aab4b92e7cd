import { describe, expect, it } from 'vitest';
import { formerKey, underPresentKey } from '../../../shared/audit/former-key.ts';
import { historyToRow } from '../../../shared/store/history-row.ts';
import type { ReadRow } from '../../../shared/store/row.ts';
import { monday } from '../directory/fixtures.ts';
import { storedGroup } from '../store/fixtures.ts';

const row = (rowKey: string, columns: object = {}): ReadRow => ({ rowKey, etag: 'etag', ...columns });

const object = storedGroup('a');
function eventOf(event: 'quarantined' | 'released' | 'withdrawn', at: Date, propertyValue = 'smtp:a@contoso.com') {
  const by = { kind: 'export', runId: `run at ${at.getTime()}` } as const;
  const whenStarted = monday.toISOString();
  return row(
    '',
    historyToRow({ event, at, key: 'smtp|a@contoso.com', propertyValue, whenStarted, object, from: null, by }),
  );
}

describe('formerKey()', () => {
  it.each([
    ['UserPrincipalName', 'Joe@Contoso.com', 'upn|joe@contoso.com'],
    ['ProxyAddresses', 'SMTP:Joe@Contoso.com', 'smtp|joe@contoso.com'],
    ['ProxyAddresses', 'X500:/O=Contoso', 'other|x500:/o=contoso'],
    ['ProxyAddresses', 'smtp:joe@bücher.example', 'smtp|joe@bücher.example'],
  ] as const)('of the %s %s is %s', (property, spelling, key) => expect(formerKey(property, spelling)).toBe(key));
});

describe('underPresentKey()', () => {
  const spelling = 'smtp:joe@bücher.example';
  const inverted = String(9_999_999_999_999 - monday.getTime());
  const former = row(`history|${inverted}|quarantined|ProxyAddresses|joe@bücher.example|a`, {
    propertyName: 'ProxyAddresses',
    propertyValue: spelling,
    value: 'proxy|joe@bücher.example',
    timestamp: 'now',
  });

  it('moves a row of an earlier version to the present key of its value', () => {
    expect(underPresentKey(former)).toEqual({
      rowKey: `history|${inverted}|quarantined|ProxyAddresses|joe@xn--bcher-kva.example|a`,
      propertyName: 'ProxyAddresses',
      propertyValue: spelling,
      value: 'proxy|joe@xn--bcher-kva.example',
    });
  });

  it.each([
    ['the present key', { ...former, value: 'proxy|joe@xn--bcher-kva.example' }],
    ['a value whose keys are the same', eventOf('quarantined', monday)],
    ['no value', { ...former, propertyValue: undefined }],
    ['an unknown property', { ...former, propertyName: 'Mail' }],
  ])('returns undefined for a row with %s', (_, event) => expect(underPresentKey(event)).toBeUndefined());
});
