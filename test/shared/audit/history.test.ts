import { describe, expect, it } from 'vitest';
import { addEvent, emptyHistory } from '../../../shared/audit/history.ts';
import { historyToRow } from '../../../shared/store/history-row.ts';
import type { ReadRow } from '../../../shared/store/row.ts';
import { monday, tuesday } from '../directory/fixtures.ts';
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

describe('addEvent()', () => {
  const balancesOf = (...events: readonly ReadRow[]): readonly number[] => {
    const history = emptyHistory();
    for (const event of events) addEvent(history, event);
    expect(history.findings).toEqual([]);
    return [...history.balances.values()].map(({ balance }) => balance);
  };
  const [beginning, end] = [eventOf('quarantined', monday), eventOf('released', tuesday)];

  it('keeps a quarantine that has begun and not ended, and one that ended without a beginning', () => {
    expect(balancesOf(beginning)).toEqual([1]);
    expect(balancesOf(end)).toEqual([-1]);
  });

  it('forgets a quarantine once its beginning and its end are read, in either order', () => {
    expect(balancesOf(beginning, end)).toEqual([]);
    expect(balancesOf(end, beginning)).toEqual([]);
  });

  it('takes the first row as the newest event', () => {
    const history = emptyHistory();
    for (const event of [end, beginning]) addEvent(history, event);
    expect([history.newest, history.count]).toEqual([end.rowKey, 2]);
  });
});
