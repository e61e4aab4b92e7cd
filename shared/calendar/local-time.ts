/** What a clock and a calendar on a wall say, in a time zone. */

/** A moment in a time zone. A week is an ISO 8601 one, such as `2026-W47`: it begins on Monday. */
export type LocalTime = {
  readonly week: string;
  readonly previousWeek: string;
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
};

const dayMs = 86_400_000;

/** Tells whether a text is the name of a time zone, such as `Europe/Berlin`. An offset, such as `+01:00`, is none. */
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

const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric' } as const;

/** Making a format is dear, and a run needs one for each tenant; there are some hundred zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en', { timeZone, calendar: 'gregory', hourCycle: 'h23', ...numeric });
  formats.set(timeZone, format);
  return format;
}

/** Gives what the calendar and the clock of a time zone say at a moment. */
export function localTimeIn(timeZone: string, moment: Date): LocalTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: keyof typeof numeric): number => parts.get(name) ?? 0;
  const midnightMs = Date.UTC(part('year'), part('month') - 1, part('day'));
  return {
    week: weekOf(midnightMs),
    previousWeek: weekOf(midnightMs - 7 * dayMs),
    weekday: weekdayOf(midnightMs),
    hour: part('hour'),
  };
}

function weekdayOf(midnightMs: number): number {
  return new Date(midnightMs).getUTCDay() || 7;
}

/** A week belongs to the year that its Thursday lies in. */
function weekOf(midnightMs: number): string {
  const thursdayMs = midnightMs + (4 - weekdayOf(midnightMs)) * dayMs;
  const year = new Date(thursdayMs).getUTCFullYear();
  const number = 1 + Math.floor((thursdayMs - Date.UTC(year, 0, 1)) / (7 * dayMs));
  return `${year}-W${String(number).padStart(2, '0')}`;
}
