import { describe, expect, it } from 'vitest';
import type { PlanContext } from '../../../../shared/directory/export/allocate.ts';
import { type DirectoryObject, proxyAddressesOf } from '../../../../shared/directory/objects.ts';
import type { Operation } from '../../../../shared/directory/operation.ts';
import { type DirectoryState, type ExportPlan, planExport } from '../../../../shared/directory/export/plan-export.ts';
import { smtpKey } from '../../../../shared/directory/values.ts';
import {
  contoso,
  emptyTenant,
  exportTo,
  group,
  itemsOf,
  remove,
  sequence,
  stateOf,
  type Tenant,
  tenantAfter,
  tuesday,
  update,
} from '../fixtures.ts';

const [x, y] = ['smtp:x@contoso.com', 'smtp:y@contoso.com'];
const key = smtpKey('x@contoso.com');

function plan(state: DirectoryState, operations: readonly Operation[], rest: Partial<PlanContext> = {}): ExportPlan {
  const context = { placeholderForm: contoso, now: tuesday, random: sequence(), newObjectId: () => 'object-new' };
  return planExport(itemsOf(operations), state, { ...context, ...rest });
}

const after = ({ transitions }: ExportPlan, anchor: string): DirectoryObject | undefined =>
  transitions.find(({ sourceAnchor }) => sourceAnchor === anchor)?.after;

describe('planExport, of the rest after a part of the export was written', () => {
  const vacant = (): Tenant => tenantAfter([group('h', x)], [group('w', x)], [remove('h')]);

  it('gives what that part vacated to a newcomer, though others wait', () => {
    const given = plan(stateOf(vacant()), [group('n', x)], { alreadyVacated: new Set([key]) });
    expect(after(given, 'n')?.quarantined).toEqual([]);
    const other = plan(stateOf(vacant()), [group('n', x)], { alreadyVacated: new Set([smtpKey('y@contoso.com')]) });
    expect(after(other, 'n')?.quarantined).toHaveLength(1);
  });

  it('tells of an update whose object that part wrote already that it changed it', () => {
    const original = tenantAfter([group('a')]);
    const { tenant } = exportTo(original, [group('a', x)]);
    const again = plan(stateOf(tenant), [group('a', x)], { originals: original });
    expect(again.transitions).toEqual([]);
    expect(again.results.map(({ outcome }) => outcome)).toEqual(['updated']);
  });

  it('tells of an object that was not there before that part that it was created', () => {
    const { tenant } = exportTo(emptyTenant, [group('a', x), group('b', y)]);
    const originals = new Map([['a', undefined]]);
    const again = plan(stateOf(tenant), [group('a', x), group('b', y)], { originals });
    expect(again.results.map(({ outcome }) => outcome)).toEqual(['created', 'unchanged']);
  });

  it('tells of an object that that part deleted that it was deleted, and which it was', () => {
    const originals = tenantAfter([group('a', x)]);
    const again = plan(stateOf(emptyTenant), [remove('a')], { originals });
    expect(again.results).toMatchObject([{ outcome: 'deleted', objectId: originals.get('a')?.objectId }]);
  });

  it('tells of a quarantine that began in that part that it is new, and of one before it that it is not', () => {
    const before = tenantAfter([group('h', x, y), group('a', x)]);
    const { tenant } = exportTo(before, [group('a', x, y)], { now: tuesday });
    const again = plan(stateOf(tenant), [group('a', x, y)], { originals: before });
    expect(again.results[0]?.newlyQuarantined.map(({ propertyValue }) => propertyValue)).toEqual([y]);
  });

  it('takes no value from an object of which a row wrongly says that it holds it', () => {
    const state = stateOf(tenantAfter([group('a', y)]));
    const values = new Map([...state.values, [key, { holder: 'a', waiting: 0 }] as const]);
    const planned = plan({ ...state, values }, [group('n', x), update('a', { displayName: 'A' })]);
    expect(proxyAddressesOf(after(planned, 'n') as DirectoryObject)).toEqual([]);
  });
});
