/**
 * Reads the summary of a tenant's quarantine: the numbers at the head of the report.
 *
 * Counting takes one request for each thousand errors, so the summary is stored in one row. One request for the newest
 * event shows whether anything has changed since; if so, opening the report counts again. Exports and sweeps do not count.
 */

import { beginOf, dayOf, firstDayShown } from '../../calendar/weeks.ts';
import { readChangesSince, readNewestEvent } from '../../store/read-history.ts';

import type { Partition } from '../../store/partition.ts';
import { readStoredSummary, type Summary, writeSummary } from '../../store/summary.ts';
import { tallyErrors } from './tally-errors.ts';

const second = 1_000;
const minute = 60 * second;

/** The errors of a tenant are counted at most once in this time. */
const shortestAgeMs = 10 * second;

/** An event has the time at which its export or sweep began, so an older event can still be written for this long. */
const longestRunMs = 15 * minute;

/** Reads the stored summary, or counts again if it is out of date. */
export async function readSummary(partition: Partition, now: Date): Promise<Summary> {
  const [stored, newestEvent] = await Promise.all([readStoredSummary(partition), readNewestEvent(partition)]);
  if (stored && isCurrent(stored, newestEvent, now)) return stored;
  const summary = await countAgain(partition, { stored, newestEvent, now });
  await writeSummary(partition, summary);
  return summary;
}

type NewestEvent = Summary['newestEvent'];

/** Reports whether a stored summary can be shown without counting again. */
export function isCurrent(stored: Summary, newestEvent: NewestEvent, now: Date): boolean {
  const takenMs = Date.parse(stored.takenAt);
  const ageMs = now.getTime() - takenMs;
  if (ageMs < shortestAgeMs) return true;
  if (stored.newestEvent?.rowKey !== newestEvent?.rowKey) return false;
  const wasComplete = newestEvent === null || takenMs - Date.parse(newestEvent.at) > longestRunMs;
  return wasComplete || ageMs < longestRunMs;
}

async function countAgain(
  partition: Partition,
  { stored, newestEvent, now }: { stored: Summary | undefined; newestEvent: NewestEvent; now: Date },
): Promise<Summary> {
  const [tally, days] = await Promise.all([tallyErrors(partition), countDays(partition, stored, now)]);
  return { version: 1, takenAt: now.toISOString(), newestEvent, ...tally, days };
}

/** Counts the events by day. Days that were over when the stored summary was counted are taken from it. */
async function countDays(partition: Partition, stored: Summary | undefined, now: Date): Promise<Summary['days']> {
  const start = firstDayShown(now);
  const days: Record<string, { quarantined: number; released: number; withdrawn: number }> = {};
  const firstOpen = stored ? dayOf(new Date(Date.parse(stored.takenAt) - longestRunMs)) : start;
  for (const [day, counts] of Object.entries(stored?.days ?? {})) {
    if (day >= start && day < firstOpen) days[day] = { ...counts };
  }
  const since = firstOpen > start ? firstOpen : start;
  for await (const { event, at } of readChangesSince(partition, beginOf(since))) {
    const counts = (days[at.slice(0, 10)] ??= { quarantined: 0, released: 0, withdrawn: 0 });
    counts[event]++;
  }
  return days;
}
