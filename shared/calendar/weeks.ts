/** Weeks for the chart of the report: Monday to Sunday in UTC. Days are written as `2026-11-16`. */

/** The events of one day, by kind. */
export type DayCounts = { readonly quarantined: number; readonly released: number; readonly withdrawn: number };

/** The events of one week, and how many values were quarantined at its end, or are now. */
export type Week = DayCounts & {
  /** Its first day. */
  readonly monday: string;
  readonly open: number;
};

const dayMs = 86_400_000;
const weeksShown = 8;

/** Returns the day of a moment. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** Returns the moment at which a day begins. */
export function beginOf(day: string): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

/** Returns the first day of the chart: the Monday seven weeks before that of this week. */
export function firstDayShown(now: Date): string {
  const daysSinceMonday = (now.getUTCDay() + 6) % 7;
  return dayOf(new Date(now.getTime() - (daysSinceMonday + 7 * (weeksShown - 1)) * dayMs));
}

/**
 * Returns the last eight weeks, the oldest first.
 *
 * The open values at the end of a week are calculated backwards from those that are open now.
 */
export function weeksOf(days: Readonly<Record<string, DayCounts>>, open: number, now: Date): readonly Week[] {
  const first = beginOf(firstDayShown(now)).getTime();
  const weeks: Week[] = [];
  let openAtEnd = open;
  for (let week = weeksShown - 1; week >= 0; week--) {
    const monday = first + week * 7 * dayMs;
    const counts = sum(Array.from({ length: 7 }, (_, day) => days[dayOf(new Date(monday + day * dayMs))]));
    weeks.unshift({ ...counts, monday: dayOf(new Date(monday)), open: openAtEnd });
    openAtEnd = Math.max(0, openAtEnd - counts.quarantined + counts.released + counts.withdrawn);
  }
  return weeks;
}

function sum(days: readonly (DayCounts | undefined)[]): DayCounts {
  const total = { quarantined: 0, released: 0, withdrawn: 0 };
  for (const day of days) {
    total.quarantined += day?.quarantined ?? 0;
    total.released += day?.released ?? 0;
    total.withdrawn += day?.withdrawn ?? 0;
  }
  return total;
}
