import { describe, expect, it } from 'vitest';
import { isTimeZone, localTimeIn } from '../../../shared/calendar/local-time.ts';

describe('localTimeIn', () => {
  it.each([
    ['UTC', '2026-11-16T08:00:00Z', '2026-W47', 1, 8],
    ['UTC', '2026-11-15T23:59:59Z', '2026-W46', 7, 23],
    ['UTC', '2026-11-16T00:00:00Z', '2026-W47', 1, 0],
    ['Europe/Berlin', '2026-11-15T23:00:00Z', '2026-W47', 1, 0],
    ['America/New_York', '2026-11-16T04:59:59Z', '2026-W46', 7, 23],
    ['Pacific/Auckland', '2026-11-15T11:00:00Z', '2026-W47', 1, 0],
    ['Pacific/Kiritimati', '2026-11-15T10:00:00Z', '2026-W47', 1, 0],
    ['Asia/Kathmandu', '2026-11-15T18:15:00Z', '2026-W47', 1, 0],
  ])('reads the wall in %s at %s', (timeZone, moment, week, weekday, hour) => {
    expect(localTimeIn(timeZone, new Date(moment))).toMatchObject({ week, weekday, hour });
  });

  it.each([
    ['2026-01-01', '2026-W01', '2025-W52'],
    ['2025-12-29', '2026-W01', '2025-W52'],
    ['2027-01-03', '2026-W53', '2026-W52'],
    ['2027-01-04', '2027-W01', '2026-W53'],
    ['2024-12-30', '2025-W01', '2024-W52'],
    ['2022-01-02', '2021-W52', '2021-W51'],
  ])('counts the week of %s by its Thursday: %s after %s', (day, week, previousWeek) => {
    expect(localTimeIn('UTC', new Date(`${day}T12:00:00Z`))).toMatchObject({ week, previousWeek });
  });

  it.each([
    // Europe/Berlin leaves summer time on Sunday 25 October 2026, at 3:00 local time.
    ['2026-10-26T06:59:59Z', 7],
    ['2026-10-26T07:00:00Z', 8],
    ['2026-10-19T05:59:59Z', 7],
    ['2026-10-19T06:00:00Z', 8],
  ])('follows summer time: %s is %i o’clock in Berlin', (moment, hour) => {
    expect(localTimeIn('Europe/Berlin', new Date(moment))).toMatchObject({ weekday: 1, hour });
  });

  it('knows the week before also in the first hour after a week that was an hour longer', () => {
    // A hundred and sixty-eight hours earlier it was still Sunday.
    const justAfterMidnight = new Date('2026-10-25T23:30:00Z');
    expect(localTimeIn('Europe/Berlin', justAfterMidnight)).toMatchObject({
      week: '2026-W44',
      previousWeek: '2026-W43',
      hour: 0,
    });
  });
});

describe('isTimeZone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('takes %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['', 'Mars/Base', '+01:00', 'Europe', 'W. Europe Standard Time'])('does not take "%s"', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
