import { describe, expect, it } from 'vitest';
import { isTimeZone, localTimeIn, momentOf } from '../../../shared/calendar/local-time.ts';

describe('localTimeIn()', () => {
  it.each([
    ['UTC', '2026-11-16T08:00:00Z', '2026-W47', 1, 8],
    ['UTC', '2026-11-15T23:59:59Z', '2026-W46', 7, 23],
    ['UTC', '2026-11-16T00:00:00Z', '2026-W47', 1, 0],
    ['Europe/Berlin', '2026-11-15T23:00:00Z', '2026-W47', 1, 0],
    ['America/New_York', '2026-11-16T04:59:59Z', '2026-W46', 7, 23],
    ['Pacific/Auckland', '2026-11-15T11:00:00Z', '2026-W47', 1, 0],
    ['Pacific/Kiritimati', '2026-11-15T10:00:00Z', '2026-W47', 1, 0],
    ['Asia/Kathmandu', '2026-11-15T18:15:00Z', '2026-W47', 1, 0],
  ])('returns the local time in %s at %s', (timeZone, moment, week, weekday, hour) => {
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

  it('returns the previous week also in the first hour after a week that was an hour longer', () => {
    // A hundred and sixty-eight hours earlier it was still Sunday.
    const justAfterMidnight = new Date('2026-10-25T23:30:00Z');
    expect(localTimeIn('Europe/Berlin', justAfterMidnight)).toMatchObject({
      week: '2026-W44',
      previousWeek: '2026-W43',
      hour: 0,
    });
  });
});

describe('momentOf()', () => {
  const noon = new Date('2026-11-18T12:00:00.000Z');

  it.each([
    ['UTC', { weekday: 1, hour: 8 }, '2026-11-16T08:00:00.000Z'],
    ['UTC', { weekday: 7, hour: 23 }, '2026-11-22T23:00:00.000Z'],
    ['UTC', { weekday: 1, hour: 8, weeksLater: 1 }, '2026-11-23T08:00:00.000Z'],
    ['Europe/Berlin', { weekday: 1, hour: 0 }, '2026-11-15T23:00:00.000Z'],
    ['America/New_York', { weekday: 1, hour: 8 }, '2026-11-16T13:00:00.000Z'],
    ['Pacific/Kiritimati', { weekday: 1, hour: 8 }, '2026-11-15T18:00:00.000Z'],
    ['Asia/Kathmandu', { weekday: 1, hour: 8 }, '2026-11-16T02:15:00.000Z'],
  ])('in %s of %o in the week of 18 November is %s', (timeZone, place, expected) => {
    expect(momentOf(timeZone, noon, place).toISOString()).toBe(expected);
  });

  it.each([
    // Europe/Berlin skips 2:00 to 3:00 on Sunday 29 March 2026, and has 2:00 to 3:00 twice on Sunday 25 October.
    ['the hour before a skipped one', '2026-03-25T12:00:00Z', 1, '2026-03-29T00:00:00.000Z'],
    ['a skipped hour, the one after it', '2026-03-25T12:00:00Z', 2, '2026-03-29T01:00:00.000Z'],
    ['the hour after a skipped one', '2026-03-25T12:00:00Z', 3, '2026-03-29T01:00:00.000Z'],
    ['an hour that is shown twice, the first time', '2026-10-21T12:00:00Z', 2, '2026-10-25T00:00:00.000Z'],
    ['the hour after it', '2026-10-21T12:00:00Z', 3, '2026-10-25T02:00:00.000Z'],
  ])('returns for %s', (_, moment, hour, expected) => {
    expect(momentOf('Europe/Berlin', new Date(moment), { weekday: 7, hour }).toISOString()).toBe(expected);
  });

  it('returns a moment whose local time is the day and hour, in any time zone', () => {
    for (const timeZone of Intl.supportedValuesOf('timeZone')) {
      const moment = momentOf(timeZone, noon, { weekday: 1, hour: 8 });
      expect(localTimeIn(timeZone, moment)).toMatchObject({ week: '2026-W47', weekday: 1, hour: 8 });
    }
  });
});

describe('isTimeZone()', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('accepts %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['', 'Mars/Base', '+01:00', 'Europe', 'W. Europe Standard Time'])('refuses "%s"', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
