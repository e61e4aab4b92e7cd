import { describe, expect, it } from 'vitest';
import { deletionsAllowed, deletedBy } from '../../../../shared/directory/export/deletions-allowed.ts';
import type { Operation } from '../../../../shared/directory/operation.ts';
import { exportTo, group, remove, type Tenant, tenantAfter, update } from '../fixtures.ts';

const tenant = (): Tenant => tenantAfter([group('a'), group('b')]);
const ended = (...operations: Operation[]) => deletedBy(exportTo(tenant(), operations).plan.transitions);

describe('deletedBy', () => {
  it('gives the objects that are deleted', () => {
    expect(ended(remove('a'), update('b', { displayName: 'B' }))).toEqual(['a']);
  });

  it('gives those whose source anchor another takes in the same export, which is a new object', () => {
    expect(ended(remove('a'), group('a'))).toEqual(['a']);
  });

  it('gives none that does not exist, nor one that the export itself adds and deletes', () => {
    expect(ended(remove('c'), group('d'), remove('d'))).toEqual([]);
  });

  it('gives one that is deleted twice once', () => {
    expect(ended(remove('a'), group('a'), remove('a'))).toEqual(['a']);
  });
});

describe('deletionsAllowed', () => {
  const at = (deletes: number, gone: number, allowDeletes: number | null) =>
    deletionsAllowed({ deletes, gone }, { threshold: 500, allowDeletes });

  it('lets as many pass as the threshold says, whatever the export names', () => {
    expect(at(500, 0, null)).toBe(500);
    expect(at(3, 0, 7)).toBe(500);
  });

  it('lets one more pass only where the export names just that number', () => {
    expect(at(501, 0, null)).toBeNull();
    expect(at(501, 0, 500)).toBeNull();
    expect(at(501, 0, 502)).toBeNull();
    expect(at(501, 0, 501)).toBe(501);
  });

  it('lets the rest of an export pass that was cut off after it had deleted some', () => {
    expect(at(501, 99, 600)).toBe(501);
    expect(at(501, 98, 600)).toBeNull();
  });
});
