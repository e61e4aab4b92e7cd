/** With the default schedule, a mail is due in the tenant's hour on Monday, for each zone and hour. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cron } from 'croner';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../../local/project-root.ts';
import { localTimeIn } from '../../../../shared/calendar/local-time.ts';
import {
  closedWeek,
  isMailDue,
  nextDueAt,
  wasRegisteredInTime,
} from '../../../../shared/use-cases/monday-mail/is-mail-due.ts';

const at = (time: string): Date => new Date(time);
const hourMs = 3_600_000;

/** All zones that the system lists, and the two outermost ones, which it does not list. */
const zones = [
  ...new Set([
    ...Intl.supportedValuesOf('timeZone'),
    ...[
      'Etc/GMT+12',
      'Etc/GMT-14',
      'UTC',
      'Pacific/Kiritimati',
      'Asia/Kathmandu',
      'Australia/Eucla',
      'Pacific/Chatham',
    ],
  ]),
];
const hours = Array.from({ length: 24 }, (_, hour) => hour);
/** The Mondays of 2026, a year with a week 53, as days in UTC. */
const mondays = Array.from({ length: 53 }, (_, week) => Date.UTC(2025, 11, 29) + week * 7 * 24 * hourMs);

/**
 * One zone of each group whose clocks agree from Saturday to Tuesday of each week. Zones of a group behave alike, and trying
 * 418 zones at 24 hours of 53 Mondays would take a minute on a busy machine.
 */
const different = [
  ...new Map(
    zones.map((zone) => {
      const clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
      const shown = mondays.flatMap((ms) => [-30, -14, 0, 12, 24, 36].map((h) => clock.format(ms + h * hourMs)));
      return [shown.join(), zone];
    }),
  ).values(),
];

const schedule = (
  JSON.parse(readFileSync(join(projectRoot, 'local.settings.sample.json'), 'utf8')) as {
    Values: { MONDAY_MAIL_SCHEDULE: string };
  }
).Values.MONDAY_MAIL_SCHEDULE;

/** The runs of the default schedule, from the Saturday before the first Monday to the Thursday after the last. */
const runs = new Cron(schedule, { mode: '6-part', timezone: 'UTC', domAndDow: true, paused: true })
  .nextRuns(53 * 7 * 24, new Date((mondays[0] as number) - 50 * hourMs))
  .map((run) => run.getTime())
  .filter((run) => run < (mondays.at(-1) as number) + 72 * hourMs);

/** Returns the first run at a moment or after it. */
function firstRunFrom(moment: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as number) < moment) low = middle + 1;
    else high = middle;
  }
  return runs[low] as number;
}

describe('nextDueAt() with the default schedule', () => {
  it('has a run in the hour of the tenant on each Monday of a year, in every zone', () => {
    const wrong: string[] = [];
    for (const mailTimeZone of different) {
      for (const mondayMs of mondays) {
        const saturday = new Date(mondayMs - 30 * hourMs);
        const weekday = new Map<number, ReturnType<typeof localTimeIn>>();
        for (const mailHour of hours) {
          const due = nextDueAt({ mailTimeZone, mailHour }, saturday).getTime();
          const run = firstRunFrom(due);
          const wall = weekday.get(run) ?? localTimeIn(mailTimeZone, new Date(run));
          weekday.set(run, wall);
          if (wall.weekday !== 1 || wall.hour !== mailHour) {
            wrong.push(`${mailTimeZone} ${mailHour}: ${new Date(run).toISOString()} is ${JSON.stringify(wall)}`);
          }
        }
      }
    }
    expect(zones.length).toBeGreaterThan(400);
    expect(different.length).toBeGreaterThan(50);
    // No zone changes its clocks on a Monday of this year, so each hour exists.
    expect(wrong).toEqual([]);
  }, 120_000);

  it('leaves at least twelve hours of runs after it in every zone, for mails that a limit or failure delayed', () => {
    const lastOfWeek = (mondays[1] as number) + 47 * hourMs;
    expect(runs).toContain(lastOfWeek);
    expect(runs).not.toContain(lastOfWeek + hourMs);
    for (const mailTimeZone of zones) {
      const due = nextDueAt({ mailTimeZone, mailHour: 23 }, new Date((mondays[1] as number) - 30 * hourMs));
      expect(lastOfWeek - due.getTime()).toBeGreaterThanOrEqual(12 * hourMs);
    }
  });

  it('makes one mail due in each week of a year, never on a Sunday', () => {
    const sample = ['Etc/GMT+12', 'Pacific/Kiritimati', 'Asia/Kathmandu', 'Pacific/Chatham', 'America/St_Johns'];
    for (const mailTimeZone of sample) {
      for (const mailHour of [0, 8, 23]) {
        const sentIn = new Map<string, number>();
        for (const run of runs) {
          if (!isMailDue({ mailTimeZone, mailHour }, new Date(run))) continue;
          const { week } = localTimeIn(mailTimeZone, new Date(run));
          // West of Greenwich, it is still the Saturday of the week before in the first runs.
          if (week === '2025-W52') continue;
          if (!sentIn.has(week)) sentIn.set(week, run);
        }
        const walls = [...sentIn.values()].map((run) => localTimeIn(mailTimeZone, new Date(run)));
        expect(new Set(walls.map(({ weekday, hour }) => `${weekday} ${hour}`))).toEqual(new Set([`1 ${mailHour}`]));
        expect([...sentIn.keys()]).toHaveLength(53);
        expect([...sentIn.keys()]).toEqual(expect.arrayContaining(['2026-W01', '2026-W53']));
      }
    }
  });
});

describe('nextDueAt()', () => {
  it('returns the moment from which isMailDue() is true, not one of an earlier week', () => {
    for (const mailTimeZone of zones) {
      for (const mailHour of [0, 11, 23]) {
        const due = nextDueAt({ mailTimeZone, mailHour }, at('2026-03-28T12:00:00Z')).getTime();
        expect([mailTimeZone, isMailDue({ mailTimeZone, mailHour }, new Date(due - 1))]).toEqual([mailTimeZone, false]);
        expect([mailTimeZone, isMailDue({ mailTimeZone, mailHour }, new Date(due))]).toEqual([mailTimeZone, true]);
      }
    }
  });

  it.each([
    // Clocks go from 0:00 to 1:00 on a Sunday in Cuba, and went from 0:00 to 1:00 on a Monday in Iran in 2021.
    ['America/Havana', 0, '2026-03-07T12:00:00Z', '2026-03-09T04:00:00.000Z'],
    ['Asia/Tehran', 0, '2021-03-20T12:00:00Z', '2021-03-21T20:30:00.000Z'],
    // Jordan skipped the first hour of a Friday; Samoa skipped a whole Friday, and its Monday came a day earlier.
    ['Pacific/Apia', 8, '2011-12-28T12:00:00Z', '2012-01-01T18:00:00.000Z'],
    // In 2000, the clocks of Brazil were set back at the end of a Saturday.
    ['America/Sao_Paulo', 0, '2000-02-25T12:00:00Z', '2000-02-28T03:00:00.000Z'],
  ])('returns in %s at %i, after %s, %s', (mailTimeZone, mailHour, from, expected) => {
    expect(nextDueAt({ mailTimeZone, mailHour }, at(from)).toISOString()).toBe(expected);
  });

  it('returns a moment of the next week once the mail is due', () => {
    const utc = { mailTimeZone: 'UTC', mailHour: 8 };
    expect(nextDueAt(utc, at('2026-11-16T07:59:59.999Z'))).toEqual(at('2026-11-16T08:00:00Z'));
    expect(nextDueAt(utc, at('2026-11-16T08:00:00Z'))).toEqual(at('2026-11-23T08:00:00Z'));
    expect(nextDueAt(utc, at('2026-11-22T23:00:00Z'))).toEqual(at('2026-11-23T08:00:00Z'));
  });
});

describe('isMailDue()', () => {
  it.each([
    ['UTC', 8, '2026-11-16T07:59:59Z', false],
    ['UTC', 8, '2026-11-16T08:00:00Z', true],
    ['UTC', 0, '2026-11-16T00:00:00Z', true],
    ['UTC', 23, '2026-11-16T22:59:59Z', false],
    ['UTC', 23, '2026-11-16T23:00:00Z', true],
    ['UTC', 23, '2026-11-17T00:00:00Z', true],
    ['UTC', 8, '2026-11-21T23:59:59Z', true],
    ['UTC', 8, '2026-11-22T00:00:00Z', false],
    ['UTC', 8, '2026-11-22T23:59:59Z', false],
    ['UTC', 8, '2026-11-23T00:00:00Z', false],
    ['Asia/Tokyo', 8, '2026-11-15T22:59:59Z', false],
    ['Asia/Tokyo', 8, '2026-11-15T23:00:00Z', true],
    // Summer time ends on the Sunday before, so eight o’clock is an hour later in UTC.
    ['Europe/Berlin', 8, '2026-10-26T06:59:59Z', false],
    ['Europe/Berlin', 8, '2026-10-26T07:00:00Z', true],
    // Summer time begins in Beirut at midnight between a Saturday and a Sunday, so the Monday has all its hours.
    ['Asia/Beirut', 0, '2026-03-29T21:00:00Z', true],
  ])('returns, in %s for %i o’clock, at %s: %s', (mailTimeZone, mailHour, moment, expected) => {
    expect(isMailDue({ mailTimeZone, mailHour }, at(moment))).toBe(expected);
  });
});

describe('closedWeek()', () => {
  it.each([
    ['2026-11-21T23:59:59Z', '2026-W46'],
    ['2026-11-22T00:00:00Z', '2026-W47'],
    ['2026-11-22T23:59:59Z', '2026-W47'],
    ['2026-11-23T00:00:00Z', '2026-W47'],
    ['2027-01-03T12:00:00Z', '2026-W53'],
    ['2027-01-04T12:00:00Z', '2026-W53'],
  ])('returns at %s: %s', (moment, expected) => {
    expect(closedWeek({ mailTimeZone: 'UTC' }, at(moment))).toBe(expected);
  });
});

describe('wasRegisteredInTime()', () => {
  const sunday = at('2026-11-22T12:00:00Z');
  const monday = at('2026-11-23T12:00:00Z');

  it.each([
    ['UTC', '2026-11-16T23:59:59Z', true],
    ['UTC', '2026-11-17T00:00:00Z', false],
    ['America/New_York', '2026-11-17T04:59:59Z', true],
    ['America/New_York', '2026-11-17T05:00:00Z', false],
  ])('returns, in %s for a registration at %s: %s', (mailTimeZone, registeredAt, expected) => {
    for (const now of [sunday, monday]) {
      expect(wasRegisteredInTime({ mailTimeZone, registeredAt }, now)).toBe(expected);
    }
  });

  it('returns true for a tenant whose time of registration was not recorded yet', () => {
    expect(wasRegisteredInTime({ mailTimeZone: 'UTC', registeredAt: null }, monday)).toBe(true);
  });
});
