import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../shared/directory/operations.ts';
import { emptyTenant, exportTo, group, type Tenant } from './fixtures.ts';

function tenantAfter(operations: readonly Operation[]): Tenant {
  return exportTo(emptyTenant, operations).tenant;
}

function outcomesOf(tenant: Tenant, operations: readonly Operation[]): readonly string[] {
  return exportTo(tenant, operations).plan.results.map(({ outcome }) => outcome);
}

function clashesOf(tenant: Tenant, operations: readonly Operation[]) {
  return exportTo(tenant, operations).plan.results.map(({ failure }) => failure?.clash);
}

describe('planExport, where operations are refused for addresses that cannot be quarantined', () => {
  it('refuses none in favour of one that is refused itself', () => {
    const before = tenantAfter([group('b', 'x500:y')]);
    // What a wants, b has and gives up for something that a wants too, and earlier in the list.
    const operations = [group('a', 'x500:y', 'x500:z'), group('b', 'x500:z')];
    expect(outcomesOf(before, operations)).toEqual(['failed', 'updated']);
    const { plan } = exportTo(before, operations);
    expect(plan.results[0]?.failure?.message).toContain('"x500:z"');
  });

  it('lets two exchange theirs though both were refused at first, because of one that is refused itself', () => {
    const before = tenantAfter([group('a', 'x500:x'), group('b', 'x500:y'), group('d', 'x500:w')]);
    const operations = [
      group('e', 'x500:v'),
      group('c', 'x500:z', 'x500:w'),
      group('a', 'x500:y', 'x500:z'),
      group('b', 'x500:x'),
      group('d', 'x500:v'),
    ];
    expect(outcomesOf(before, operations)).toEqual(['created', 'failed', 'updated', 'updated', 'failed']);
  });

  it('refuses all of a chain of moves whose end is not free', () => {
    const before = tenantAfter([group('a', 'x500:1'), group('b', 'x500:2'), group('c', 'x500:3')]);
    expect(outcomesOf(before, [group('a', 'x500:2'), group('b', 'x500:3')])).toEqual(['failed', 'failed']);
  });

  it('refuses two each of which asks for what the other keeps', () => {
    const before = tenantAfter([group('a', 'x500:x'), group('b', 'x500:y')]);
    const operations = [group('a', 'x500:x', 'x500:y'), group('b', 'x500:x', 'x500:y')];
    expect(outcomesOf(before, operations)).toEqual(['failed', 'failed']);
  });

  it('lets the later have an address where the one before it is refused for another, which the later keeps', () => {
    const before = tenantAfter([group('b', 'x500:x')]);
    const operations = [group('a', 'x500:x', 'x500:y'), group('b', 'x500:y'), group('b', 'x500:y')];
    expect(outcomesOf(before, operations)).toEqual(['failed', 'updated', 'unchanged']);
    expect(clashesOf(before, operations)[0]).toEqual({ address: 'x500:y', holder: 'b' });
  });

  it('names an address that the other object has in the end, not one that neither got', () => {
    const before = tenantAfter([group('a', 'x500:x'), group('b', 'x500:y')]);
    const operations = [group('a', 'x500:z', 'x500:y'), group('b', 'x500:z', 'x500:x')];
    expect(clashesOf(before, operations)).toEqual([
      { address: 'x500:y', holder: 'b' },
      { address: 'x500:x', holder: 'a' },
    ]);
    expect(exportTo(before, operations).plan.results[0]?.failure?.message).toContain('object "b" has it');
  });

  it('names no object that gave the address up in the same export', () => {
    const before = tenantAfter([group('a', 'x500:x'), group('b', 'x500:y'), group('h', 'x500:z')]);
    const operations = [group('b'), group('a', 'x500:z', 'x500:y'), group('b', 'x500:x', 'x500:y')];
    expect(outcomesOf(before, operations)).toEqual(['updated', 'failed', 'failed']);
    expect(clashesOf(before, operations).slice(1)).toEqual([
      { address: 'x500:z', holder: 'h' },
      { address: 'x500:x', holder: 'a' },
    ]);
  });
});
