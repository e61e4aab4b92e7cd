import { describe, expect, it } from 'vitest';
import { type Finding, fingerprint } from '../../../shared/audit/finding.ts';

describe('fingerprint()', () => {
  const finding: Finding = {
    ...{ code: 'ValueRowWrong', rowKey: 'value|upn|a', detail: 'Wrong.' },
    ...{ evidence: { 'object|a': '1', 'value|upn|a': null }, repair: null },
  };

  it('is the same for the same finding, in any order of its evidence', () => {
    const evidence = { 'value|upn|a': null, 'object|a': '1' };
    expect(fingerprint({ ...finding, evidence })).toBe(fingerprint(finding));
  });

  it.each([
    { code: 'ValueRowStray' as const },
    { rowKey: 'value|upn|b' },
    { detail: 'Wrong again.' },
    { evidence: { 'object|a': '2', 'value|upn|a': null } },
  ])('is another one with %o', (change) => {
    expect(fingerprint({ ...finding, ...change })).not.toBe(fingerprint(finding));
  });
});
