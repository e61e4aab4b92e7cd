import { describe, expect, it } from 'vitest';
import { clusterTransitions, orderCluster } from '../../../../shared/directory/transitions/cluster-transitions.ts';
import type { Transition } from '../../../../shared/directory/transitions/transition.ts';
import { exportTo, group, groupWith, remove, tenantAfter, update, user } from '../fixtures.ts';

const names = (transitions: readonly Transition[]): string[] => transitions.map(({ sourceAnchor }) => sourceAnchor);
const address = (name: string): string => `smtp:${name}@contoso.com`;

describe('clustersOf', () => {
  it('writes objects that have no value in common apart', () => {
    const { plan } = exportTo(tenantAfter([]), [user('a'), user('b'), group('c')]);
    expect(clusterTransitions(plan.transitions).map(names)).toEqual([['a'], ['b'], ['c']]);
  });

  it('writes giver and taker of a value together', () => {
    const before = tenantAfter([group('a', address('x')), group('b'), group('c')]);
    const { plan } = exportTo(before, [group('b', address('x')), group('c', address('c')), group('a')]);
    expect(clusterTransitions(plan.transitions).map(names)).toEqual([['b', 'a'], ['c']]);
  });

  it('writes two that begin to wait for one value together: they share its row', () => {
    const before = tenantAfter([group('a', address('x'))]);
    const { plan } = exportTo(before, [group('b', address('x')), group('c', address('x'))]);
    expect(clusterTransitions(plan.transitions).map(names)).toEqual([['b', 'c']]);
  });

  it('writes those together that are connected through others', () => {
    const { plan } = exportTo(tenantAfter([]), [
      group('a', address('x')),
      group('b', address('y')),
      group('c', address('x'), address('y')),
    ]);
    expect(clusterTransitions(plan.transitions).map(names)).toEqual([['a', 'b', 'c']]);
  });

  it('does not connect those who keep waiting for a value', () => {
    const before = tenantAfter([group('a', address('x')), group('b', address('x')), group('c', address('x'))]);
    const { plan } = exportTo(before, [update('b', { displayName: 'B' }), update('c', { displayName: 'C' })]);
    expect(clusterTransitions(plan.transitions).map(names)).toEqual([['b'], ['c']]);
  });

  it('gives nothing for nothing', () => {
    expect(clusterTransitions([])).toEqual([]);
  });
});

describe('orderOf', () => {
  it('puts the giver before the taker', () => {
    const before = tenantAfter([group('a', address('x')), group('b', address('y')), group('c')]);
    const { plan } = exportTo(before, [group('c', address('y')), group('b', address('x')), group('a')]);
    const { ordered, early } = orderCluster(plan.transitions);
    expect(names(ordered)).toEqual(['a', 'b', 'c']);
    expect(early.size).toBe(0);
  });

  it('lists in a ring a value that is taken before it is vacated', () => {
    const before = tenantAfter([user('a'), user('b'), user('c')]);
    const { plan } = exportTo(before, [
      update('a', { userPrincipalName: 'b@contoso.com' }),
      update('b', { userPrincipalName: 'c@contoso.com' }),
      update('c', { userPrincipalName: 'a@contoso.com' }),
    ]);
    const { ordered, early } = orderCluster(plan.transitions);
    expect(names(ordered)).toEqual(['c', 'b', 'a']);
    expect([...early].map(([{ sourceAnchor }, keys]) => [sourceAnchor, keys])).toEqual([['c', ['upn|a@contoso.com']]]);
  });

  it('orders a chain of 10,000 moves', () => {
    const length = 10_000;
    const moves = Array.from({ length }, (_, n): Transition => {
      const before = groupWith(`g${n}`, address(`x${n}`));
      const after = { ...before, exported: { ...before.exported, proxyAddresses: [address(`x${n + 1}`)] } };
      return { sourceAnchor: before.sourceAnchor, before, after };
    });
    const { ordered, early } = orderCluster(moves);
    expect(names(ordered).slice(0, 2)).toEqual([`g${length - 1}`, `g${length - 2}`]);
    expect(early.size).toBe(0);
  });

  it('lets a deleted object vacate first', () => {
    const { plan } = exportTo(tenantAfter([group('a', address('x'))]), [group('b', address('x')), remove('a')]);
    expect(names(orderCluster(plan.transitions).ordered)).toEqual(['a', 'b']);
  });
});
