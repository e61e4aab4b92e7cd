import { describe, expect, it } from 'vitest';
import { touchedValues, valueChanges, type Transition } from '../../../../shared/directory/transitions/transition.ts';
import type { Operation } from '../../../../shared/directory/operation.ts';
import { exportTo, group, monday, remove, type Tenant, tenantAfter, tuesday, update, user } from '../fixtures.ts';

const x = 'smtp:x@contoso.com';

function changeOf(tenant: Tenant, anchor: string, operations: readonly Operation[], now = tuesday) {
  const { plan } = exportTo(tenant, operations, { now });
  const transition = plan.transitions.find(({ sourceAnchor }) => sourceAnchor === anchor) as Transition;
  const { started, stopped, ongoing, ...changes } = valueChanges(transition);
  const keys = (waits: typeof started): string[] => waits.map(({ key }) => key);
  return { ...changes, started: keys(started), stopped: keys(stopped), ongoing: keys(ongoing) };
}

const nothing = { taken: [], vacated: [], started: [], stopped: [], ongoing: [] };
// A function: what runs while the file loads, mutation testing would have to try with every test.
const contested = (): Tenant => tenantAfter([group('a', x), group('w', x)]);

describe('valueChanges', () => {
  it('has a new object take what it gets and start to wait for the rest', () => {
    expect(changeOf(contested(), 'n', [user('n', { proxyAddresses: [x] })])).toEqual({
      ...nothing,
      taken: ['upn|n@contoso.com'],
      started: ['smtp|x@contoso.com'],
    });
  });

  it('has a deleted object vacate what it has', () => {
    expect(changeOf(contested(), 'a', [remove('a')])).toEqual({ ...nothing, vacated: ['smtp|x@contoso.com'] });
  });

  it('has a deleted object stop to wait', () => {
    expect(changeOf(contested(), 'w', [remove('w')])).toEqual({ ...nothing, stopped: ['smtp|x@contoso.com'] });
  });

  it('has an object that gets what it waited for take it and stop to wait', () => {
    expect(changeOf(contested(), 'w', [remove('a'), group('w', x)])).toEqual({
      ...nothing,
      taken: ['smtp|x@contoso.com'],
      stopped: ['smtp|x@contoso.com'],
    });
  });

  it('takes a value in another spelling for the same', () => {
    expect(changeOf(contested(), 'a', [group('a', 'SMTP:X@contoso.com')])).toEqual(nothing);
    const respelled = changeOf(contested(), 'w', [group('w', 'SMTP:X@contoso.com')]);
    expect(respelled).toEqual({ ...nothing, ongoing: ['smtp|x@contoso.com'] });
  });

  it('has a user on a placeholder change its calculated address with it', () => {
    const tenant = tenantAfter([user('a'), user('w', { userPrincipalName: 'a@contoso.com', exchangeLicensed: true })]);
    expect(changeOf(tenant, 'w', [remove('a'), update('w', {})])).toEqual({
      ...nothing,
      taken: ['upn|a@contoso.com', 'smtp|a@contoso.com'],
      vacated: ['upn|a+4821@contoso.onmicrosoft.com', 'smtp|a+4821@contoso.onmicrosoft.com'],
      stopped: ['upn|a@contoso.com'],
    });
  });

  it('begins a new quarantine for a new object that takes the anchor of a deleted one', () => {
    expect(changeOf(contested(), 'w', [remove('w'), group('w', x)])).toEqual({
      ...nothing,
      started: ['smtp|x@contoso.com'],
      stopped: ['smtp|x@contoso.com'],
    });
  });

  it('lets a quarantine of the same start go on for such an object: it is the same row', () => {
    expect(changeOf(contested(), 'w', [remove('w'), group('w', x)], monday)).toEqual({
      ...nothing,
      ongoing: ['smtp|x@contoso.com'],
    });
  });
});

describe('touchedValues', () => {
  it('are all but those merely kept', () => {
    const { plan } = exportTo(contested(), [update('w', { proxyAddresses: [x, 'smtp:new@contoso.com'] })]);
    const [transition] = plan.transitions as [Transition];
    expect(touchedValues(valueChanges(transition))).toEqual(['smtp|new@contoso.com']);
  });
});
