/**
 * Reads the summary of a tenant's quarantine: the numbers at the head of the report.
 *
 * Counting takes one request for each thousand errors, so what was counted is kept in one row. It is taken as it is
 * while nothing has been quarantined or ended since, which one request for the newest event tells. Otherwise whoever
 * opens the report counts anew. Neither exports nor sweeps pay for it.
 */
import type { ObjectType, PropertyName } from '../../directory/objects.ts';
import { beginOf, dayOf, firstDayShown } from '../../calendar/weeks.ts';
import { readChangesSince, readNewestEvent } from '../../store/read-history.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPages } from '../../store/partition.ts';
import { readStoredSummary, type Summary, writeSummary } from '../../store/summary.ts';

const second = 1_000;
const minute = 60 * second;

/** However much happens, the errors of a tenant are counted no more often than this. */
const shortestAgeMs = 10 * second;

/** An event bears the time at which its export or sweep began; this long after, none can come in that is older. */
const longestOperationMs = 15 * minute;

/** Reads the summary as it is kept, or counts anew where something has happened since. */
export async function readSummary(partition: Partition, now: Date): Promise<Summary> {
  const [kept, newestEvent] = await Promise.all([readStoredSummary(partition), readNewestEvent(partition)]);
  if (kept && isCurrent(kept, newestEvent, now)) return kept;
  const summary = await countAnew(partition, { kept, newestEvent, now });
  await writeSummary(partition, summary);
  return summary;
}

type NewestEvent = Summary['newestEvent'];

/** Tells whether a summary may be shown as it is. */
export function isCurrent(kept: Summary, newestEvent: NewestEvent, now: Date): boolean {
  const takenMs = Date.parse(kept.takenAt);
  const ageMs = now.getTime() - takenMs;
  if (ageMs < shortestAgeMs) return true;
  if (kept.newestEvent?.rowKey !== newestEvent?.rowKey) return false;
  const wasSettled = newestEvent === null || takenMs - Date.parse(newestEvent.at) > longestOperationMs;
  return wasSettled || ageMs < longestOperationMs;
}

async function countAnew(
  partition: Partition,
  { kept, newestEvent, now }: { kept: Summary | undefined; newestEvent: NewestEvent; now: Date },
): Promise<Summary> {
  const [errors, days] = await Promise.all([countErrors(partition), countDays(partition, kept, now)]);
  return { version: 1, takenAt: now.toISOString(), newestEvent, ...errors, days };
}

async function countErrors(partition: Partition): Promise<Pick<Summary, 'counts' | 'objects' | 'oldest'>> {
  const counts = {
    UserPrincipalName: { User: 0, Group: 0, Contact: 0 },
    ProxyAddresses: { User: 0, Group: 0, Contact: 0 },
  };
  const objects = new Set<string>();
  let oldest: string | null = null;
  const select = ['propertyName', 'objectType', 'sourceAnchor', 'whenStarted'];
  for await (const page of readPages(partition, keysFrom('error|'), { select })) {
    for (const row of page) {
      counts[row.propertyName as PropertyName][row.objectType as ObjectType]++;
      objects.add(row.sourceAnchor as string);
      const whenStarted = row.whenStarted as string;
      if (oldest === null || whenStarted < oldest) oldest = whenStarted;
    }
  }
  return { counts, objects: objects.size, oldest };
}

/** Counts what happened by day; days that were over when they were last counted are taken from there. */
async function countDays(partition: Partition, kept: Summary | undefined, now: Date): Promise<Summary['days']> {
  const start = firstDayShown(now);
  const days: Record<string, { quarantined: number; released: number; withdrawn: number }> = {};
  const firstOpen = kept ? dayOf(new Date(Date.parse(kept.takenAt) - longestOperationMs)) : start;
  for (const [day, counts] of Object.entries(kept?.days ?? {})) {
    if (day >= start && day < firstOpen) days[day] = { ...counts };
  }
  const since = firstOpen > start ? firstOpen : start;
  for await (const { event, at } of readChangesSince(partition, beginOf(since))) {
    const counts = (days[at.slice(0, 10)] ??= { quarantined: 0, released: 0, withdrawn: 0 });
    counts[event]++;
  }
  return days;
}
