import { describe, expect, it } from 'vitest';
import { storedGroup, waitingFor } from '../store/fixtures.ts';
import { findingsIn, rowsOf } from './fixtures.ts';

const sales = 'smtp:sales@contoso.com';
const holder = storedGroup('holder', sales);
const waiter = waitingFor(storedGroup('waiter'), sales);

describe('checkQuarantines()', () => {
  it('finds a quarantine whose beginning is missing in the history', () => {
    const rows = rowsOf([holder, waiter]);
    for (const rowKey of [...rows.keys()]) if (rowKey.startsWith('history|')) rows.delete(rowKey);
    expect(findingsIn(rows)).toMatchObject([
      { code: 'HistoryMissing', detail: 'The quarantine goes on, but its beginning is missing in the history.' },
    ]);
  });

  it('finds a quarantine that does not go on, and whose end is missing', () => {
    const history = [...rowsOf([holder, waiter])].filter(([rowKey]) => rowKey.startsWith('history|'));
    const rows = new Map([...rowsOf([holder]), ...history]);
    expect(findingsIn(rows)).toMatchObject([
      { code: 'HistoryMissing', detail: 'A quarantine does not go on, but its end is missing in the history.' },
    ]);
  });

  it('finds nothing of a quarantine from before the moment until which the history was removed', () => {
    const rows = rowsOf([holder, waiter]);
    for (const rowKey of [...rows.keys()]) if (rowKey.startsWith('history|')) rows.delete(rowKey);
    const before = '2026-11-16T08:00:00.001Z';
    rows.set('removed|history', { rowKey: 'removed|history', etag: 'e', before });
    expect(findingsIn(rows)).toEqual([]);
  });
});
