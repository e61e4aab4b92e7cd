/**
 * Sweeps the quarantine of a tenant: each vacant value goes to the object that has waited longest for it. Behaviour 6.
 *
 * The work grows with the values vacated since the last sweep: only `vacated|` rows are read, and for each the value and
 * its waiting objects. A release can vacate other values (a placeholder): the same sweep releases them too. An interrupted
 * sweep leaves the rest of the `vacated|` rows to the next one.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { textOf, type ValueKey } from '../../directory/values.ts';
import type { Services } from '../../services.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPages } from '../../store/partition.ts';
import { TooMuchToRead } from '../../store/read-rows.ts';
import { type Removal, removeVacant } from '../../store/remove-vacant.ts';
import type { Writer } from '../../store/write-context.ts';
import { countRequests, noCounts, type StorageCounts } from '../../store/table.ts';
import { deletedAnchorFromRow, type Vacancy, vacancyFromRow } from '../../store/vacancy-row.ts';
import type { RegistrationId } from '../../tenant-id.ts';
import { type Release, type ReleaseRound, releaseRound } from './release-round.ts';
import { sweepUnfinished } from '../../messages/refusals.ts';

export type Sweep = {
  readonly sweepId: string;
  readonly durationMs: number;
  readonly released: readonly Release[];
  /** Vacant values that objects still wait for: the sweep could have released them, and did not succeed. */
  readonly left: readonly ValueKey[];
  readonly counts: StorageCounts;
};

/** After this many rounds in a row without a release, the remaining values are left. */
const mostIdleRounds = 10;

/**
 * Sweeps the tenant of a registration.
 *
 * Throws the storage's error if it does not answer; released values stay released. The caller must look at `left`: see
 * {@link refuseUnfinished}.
 */
export async function sweepTenant(services: Services, registrationId: RegistrationId): Promise<Sweep> {
  const counts = noCounts();
  return countRequests(counts, async () => {
    const { storage, now, random, newId } = services;
    const partition = await storage.partition(registrationId, counts);
    const writer: Writer = { kind: 'sweep', runId: newId(), now: now() };
    const { vacancies, removals } = await readVacancies(partition);
    await removeVacant(partition, removals);
    const { released, left } = await releaseAll(vacancies, { partition, writer, random });
    const durationMs = now().getTime() - writer.now.getTime();
    return { sweepId: writer.runId, durationMs, released, left, counts };
  });
}

/**
 * Throws `SweepUnfinished` if a sweep left work that it could have done: other runs kept changing the same objects, or
 * rows contradict each other.
 */
export function refuseUnfinished({ left, released }: Sweep): void {
  const [first] = left;
  if (first !== undefined) throw sweepUnfinished(left.length, textOf(first), released.length);
}

async function readVacancies(
  partition: Partition,
): Promise<{ readonly vacancies: readonly Vacancy[]; readonly removals: readonly Removal[] }> {
  const vacancies: Vacancy[] = [];
  const removals: Removal[] = [];
  for await (const page of readPages(partition, keysFrom('vacated|'))) {
    for (const row of page) {
      const vacancy = vacancyFromRow(row);
      if (vacancy) vacancies.push(vacancy);
      else removals.push({ vacatedRowKey: row.rowKey, sourceAnchor: deletedAnchorFromRow(row) });
    }
  }
  return { vacancies, removals };
}

type Sweeping = { readonly partition: Partition; readonly writer: Writer; readonly random: () => number };

/** Vacancies that are released together, and the number of rounds in a row in which none of them was. */
type Batch = { readonly vacancies: readonly Vacancy[]; readonly idleRounds: number };

/** Releases vacant values in rounds, together with the values that these releases vacate. */
async function releaseAll(
  vacancies: readonly Vacancy[],
  sweeping: Sweeping,
): Promise<Pick<Sweep, 'released' | 'left'>> {
  const { partition, random } = sweeping;
  const released: Release[] = [];
  const left: ValueKey[] = [];
  const batches: Batch[] = vacancies.length > 0 ? [{ vacancies, idleRounds: 0 }] : [];
  for (let batch = batches.shift(); batch; batch = batches.shift()) {
    const round = await releaseIfItFits(batch.vacancies, sweeping);
    if (!round) {
      batches.unshift(...halvesOf(batch));
      continue;
    }
    released.push(...round.released);
    await removeVacant(partition, round.removals);
    const idleRounds = round.released.length > 0 ? 0 : batch.idleRounds + 1;
    if (idleRounds === mostIdleRounds) left.push(...round.next.map(({ key }) => key));
    else if (round.next.length > 0) batches.unshift({ vacancies: round.next, idleRounds });
    if (round.isContended) await delay(random() * 10 * 2 ** Math.min(idleRounds, 6));
  }
  return { released, left };
}

/** Runs a round; returns null, with nothing written, if its objects do not fit in memory and it can be divided. */
async function releaseIfItFits(
  vacancies: readonly Vacancy[],
  { partition, writer }: Sweeping,
): Promise<ReleaseRound | null> {
  try {
    return await releaseRound(partition, vacancies, writer);
  } catch (error) {
    if (error instanceof TooMuchToRead && vacancies.length > 1) return null;
    throw error;
  }
}

function halvesOf({ vacancies, idleRounds }: Batch): readonly Batch[] {
  const half = Math.ceil(vacancies.length / 2);
  return [vacancies.slice(0, half), vacancies.slice(half)].map((some) => ({ vacancies: some, idleRounds }));
}
