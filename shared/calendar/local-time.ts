/** Local time: the calendar and the clock of a time zone. */

/** A moment in a time zone. Weeks are those of ISO 8601, such as `2026-W47`: they begin on Monday. */
type LocalTime = {
  readonly week: string;
  readonly previousWeek: string;
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Reports whether a text is the name of a time zone, such as `Europe/Berlin`; an offset such as `+01:00` is not. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;

/** A format is slow to create, and a run needs one for each tenant; there are only some hundred time zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const cached = formats.get(timeZone);
  if (cached) return cached;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'gregory', hourCycle: 'h23', ...numeric });
  formats.set(timeZone, format);
  return format;
}

/** Returns the local time of a time zone at a moment. */
export function localTimeIn(timeZone: string, moment: Date): LocalTime {
  const wallMs = wallClockMs(timeZone, moment);
  const midnightMs = Math.floor(wallMs / dayMs) * dayMs;
  return {
    week: weekOf(midnightMs),
    previousWeek: weekOf(midnightMs - 7 * dayMs),
    weekday: weekdayOf(midnightMs),
    hour: Math.floor((wallMs - midnightMs) / hourMs),
  };
}

/** A day and hour in the local week of a moment, or in a later week. */
type PlaceInWeek = { readonly weekday: number; readonly hour: number; readonly weeksLater?: number };

/**
 * Returns the first moment at which the clock of a time zone shows a day and hour of a week, or a later hour: a clock that is
 * put forward skips an hour. If the clock is put back and shows the hour twice, the first time counts.
 */
export function momentOf(timeZone: string, moment: Date, { weekday, hour, weeksLater = 0 }: PlaceInWeek): Date {
  const midnightMs = Math.floor(wallClockMs(timeZone, moment) / dayMs) * dayMs;
  const days = weekday - weekdayOf(midnightMs) + 7 * weeksLater;
  return new Date(firstShowing(timeZone, midnightMs + days * dayMs + hour * hourMs));
}

/** The offsets of all time zones are between these, with some hours to spare. */
const mostAheadMs = 18 * hourMs;
const mostBehindMs = 15 * hourMs;

function firstShowing(timeZone: string, wallMs: number): number {
  const isReached = (ms: number): boolean => wallClockMs(timeZone, new Date(ms)) >= wallMs;
  let [before, reached] = [wallMs - mostAheadMs, wallMs + mostBehindMs];
  const offsets = [before, reached].map((ms) => wallClockMs(timeZone, new Date(ms)) - ms);
  // On nearly all days the clock is not changed, and the offset is the same all day.
  if (offsets[0] === offsets[1]) return wallMs - (offsets[0] as number);
  while (reached - before > minuteMs) {
    const middle = Math.floor((before + reached) / 2 / minuteMs) * minuteMs;
    if (isReached(middle)) reached = middle;
    else before = middle;
  }
  return reached;
}

/** Returns the local time, to the minute, as if it were UTC. */
function wallClockMs(timeZone: string, moment: Date): number {
  // Several times as fast as `formatToParts`. In American English the month comes first.
  const [month, day, year, hour, minute] = (formatOf(timeZone).format(moment).match(/\d+/g) ?? []).map(Number);
  return Date.UTC(year as number, (month as number) - 1, day, hour, minute);
}

function weekdayOf(midnightMs: number): number {
  return new Date(midnightMs).getUTCDay() || 7;
}

/** A week belongs to the year of its Thursday. ISO 8601. */
function weekOf(midnightMs: number): string {
  const thursdayMs = midnightMs + (4 - weekdayOf(midnightMs)) * dayMs;
  const year = new Date(thursdayMs).getUTCFullYear();
  const number = 1 + Math.floor((thursdayMs - Date.UTC(year, 0, 1)) / (7 * dayMs));
  return `${year}-W${String(number).padStart(2, '0')}`;
}

/** The version of the time zone rules of this process; another version can have other offsets. */
export const zoneRules = process.versions.tz ?? '';
