import { describe, expect, it } from 'vitest';
import { defaultMapping } from '../../../cli/map/mapping.ts';
import { cutRequests, type RequestLimits } from '../../../cli/plan/cut-requests.ts';
import { createFindings } from '../../../cli/plan/findings.ts';
import { linkOperations } from '../../../cli/plan/link-operations.ts';
import { planOperations } from '../../../cli/plan/plan-operations.ts';
import { openStaging, stageReading } from '../../../cli/plan/stage-reading.ts';
import { openState } from '../../../cli/state/open-state.ts';
import { createSent } from '../../../cli/state/sent.ts';

/** A contact and its addresses, as a file has them. */
type Contact = readonly [name: string, ...addresses: string[]];

const plenty: RequestLimits = { operations: 100, bytes: 1_000_000 };

/** Plans the operations that turn one directory into another, and returns the names in each request. */
function plan(
  after: readonly Contact[],
  { before = [], limits = plenty }: { before?: readonly Contact[]; limits?: RequestLimits } = {},
) {
  const state = openState({ path: undefined, tenant: 'contoso', readOnly: false });
  const prepare = (contacts: readonly Contact[], most: RequestLimits) => {
    state.exec(
      'DELETE FROM staged; DELETE FROM planned; DELETE FROM touched; DELETE FROM linked; DELETE FROM requests',
    );
    state.exec('DROP INDEX IF EXISTS temp.requests_by_number');
    const findings = createFindings(() => undefined);
    const staging = openStaging(state, { mapping: defaultMapping, findings, readOnly: false });
    contacts.forEach(([name, ...addresses], line) => {
      const attributes = new Map([
        ['objectclass', ['contact']],
        ['entryuuid', [name]],
        ['proxyaddresses', addresses],
      ]);
      stageReading('file', { line, kind: 'entry', entry: { dn: null, attributes } }, staging);
    });
    planOperations(state, { mapping: defaultMapping, findings, full: false, deleteAbsent: true });
    linkOperations(state);
    return cutRequests(state, most);
  };
  const sent = createSent(state);
  for (const request of prepare(before, plenty).sideBySide) sent.end(sent.objectsOf(request), () => 'done');
  const { inOrder, sideBySide } = prepare(after, limits);
  const names = (request: number): string =>
    sent
      .objectsOf(request)
      .map(({ anchor }) => anchor)
      .join(' ');
  const planned = { inOrder: inOrder.map(names), sideBySide: sideBySide.map(names) };
  state.close();
  return planned;
}

describe('cutRequests()', () => {
  it('fills requests in the order of the files if no operations share a value', () => {
    const contacts = ['a', 'b', 'c', 'd', 'e'].map((name): Contact => [name, `smtp:${name}@x.y`]);
    expect(plan(contacts, { limits: { ...plenty, operations: 2 } })).toEqual({
      inOrder: [],
      sideBySide: ['a b', 'c d', 'e'],
    });
    expect(plan(contacts, { limits: { ...plenty, bytes: 250 } }).sideBySide).toEqual(['a b', 'c d', 'e']);
  });

  it('puts operations that desire the same value into one request, in the order of the files', () => {
    const contacts: Contact[] = [
      ['a', 'smtp:one@x.y'],
      ['b'],
      ['c', 'SMTP:ONE@x.y'],
      ['d', 'smtp:two@x.y'],
      ['e', 'smtp:two@x.y'],
    ];
    expect(plan(contacts, { limits: { ...plenty, operations: 2 } }).sideBySide).toEqual(['a c', 'b', 'd e']);
  });

  it('puts operations that vacate a value and that desire it into one request', () => {
    const before: Contact[] = [['a', 'smtp:one@x.y'], ['b', 'smtp:b@x.y'], ['c'], ['gone', 'smtp:two@x.y']];
    const after: Contact[] = [['a'], ['b'], ['c', 'smtp:one@x.y'], ['d', 'smtp:two@x.y']];
    expect(plan(after, { before, limits: { ...plenty, operations: 2 } }).sideBySide).toEqual(['a c', 'b', 'gone d']);
  });

  it('does not link operations that only vacate the same value', () => {
    const before: Contact[] = [
      ['a', 'smtp:one@x.y'],
      ['b', 'smtp:one@x.y'],
    ];
    const after: Contact[] = [['a'], ['b']];
    expect(plan(after, { before, limits: { ...plenty, operations: 1 } })).toEqual({
      inOrder: [],
      sideBySide: ['a', 'b'],
    });
  });

  it('sends linked operations in order if no request can hold them, first those that only vacate values', () => {
    const before: Contact[] = [['x'], ['gone', 'smtp:one@x.y']];
    const after: Contact[] = [['x'], ['a', 'smtp:one@x.y'], ['b', 'smtp:one@x.y'], ['c']];
    expect(plan(after, { before, limits: { ...plenty, operations: 2 } })).toEqual({
      inOrder: ['gone a', 'b'],
      sideBySide: ['c'],
    });
  });

  it('puts at least one operation into a request, even if the limit is smaller', () => {
    expect(plan([['a'], ['b']], { limits: { operations: 1, bytes: 1 } })).toEqual({
      inOrder: ['a', 'b'],
      sideBySide: [],
    });
  });
});
