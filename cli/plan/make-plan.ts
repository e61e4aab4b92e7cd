/** Makes a plan: reads the files and compares them with what was sent before. Sends nothing. */
import type { DatabaseSync } from 'node:sqlite';
import type { Mapping } from '../map/mapping.ts';
import { type ReadOptions, readFile } from '../read/read-file.ts';
import { inTransaction } from '../state/open-state.ts';
import { cutRequests, type RequestLimits, type Requests } from './cut-requests.ts';
import type { Findings } from './findings.ts';
import { linkOperations } from './link-operations.ts';
import { type PlanCounts, planOperations } from './plan-operations.ts';
import { openStaging, stageReading } from './stage-reading.ts';

type PlanSettings = {
  readonly mapping: Mapping;
  readonly findings: Findings;
  readonly read: ReadOptions;
  readonly limits: RequestLimits;
  /** Sends every object, changed or not. */
  readonly full: boolean;
  /** The files hold only a part of the directory. */
  readonly partial: boolean;
  /** The state file is only read. */
  readonly readOnly: boolean;
};

export type Plan = {
  readonly counts: PlanCounts;
  readonly requests: Requests;
  /** How many operations the requests have. */
  readonly operations: number;
  /** How many objects the state file knows. */
  readonly known: number;
  /** How many objects are absent from the files but not deleted, because not all of the files could be read. */
  readonly heldBack: number;
};

/** Reads files in their order and plans the operations, in the temporary tables of the state file. */
export async function makePlan(state: DatabaseSync, files: readonly string[], settings: PlanSettings): Promise<Plan> {
  const { mapping, findings, full, partial, limits } = settings;
  const known = numberOf(state, 'SELECT count(*) FROM sent');
  await stageFiles(state, files, settings);
  // An object whose entry could not be read still exists: it must not be deleted.
  const isWhole = findings.problems() === 0;
  const looksWhole = findings.changes === 0 && !partial;
  return inTransaction(state, () => {
    const counts = planOperations(state, { mapping, findings, full, deleteAbsent: looksWhole && isWhole });
    linkOperations(state);
    const requests = cutRequests(state, limits);
    const heldBack = looksWhole && !isWhole ? numberOf(state, absent) : 0;
    const operations = numberOf(state, 'SELECT coalesce(sum(count), 0) FROM planned');
    return { counts, requests, operations, known, heldBack };
  });
}

async function stageFiles(state: DatabaseSync, files: readonly string[], settings: PlanSettings): Promise<void> {
  const staging = openStaging(state, settings);
  for (const file of files) {
    for await (const readings of readFile(file, settings.read)) {
      inTransaction(state, () => {
        for (const reading of readings) stageReading(file, reading, staging);
      });
    }
  }
}

const absent = 'SELECT count(*) FROM sent WHERE anchor NOT IN (SELECT anchor FROM staged)';

function numberOf(state: DatabaseSync, query: string): number {
  return Object.values(state.prepare(query).get() ?? {})[0] as number;
}
