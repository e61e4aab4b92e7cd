/** Makes a plan of what files say: reads them, and compares them with what was sent. Sends nothing. */
import type { DatabaseSync } from 'node:sqlite';
import type { Mapping } from '../map/mapping.ts';
import { type ReadOptions, readFile } from '../read/read-file.ts';
import { inTransaction } from '../state/open-state.ts';
import { cutRequests, type RequestLimits, type Requests } from './cut-requests.ts';
import type { Findings } from './findings.ts';
import { linkOperations } from './link.ts';
import { type PlanCounts, planOperations } from './plan-operations.ts';
import { createStage } from './stage.ts';

export type PlanSettings = {
  readonly mapping: Mapping;
  readonly findings: Findings;
  readonly read: ReadOptions;
  readonly limits: RequestLimits;
  /** Sends every object, also one that has not changed. */
  readonly full: boolean;
  /** The files hold a part of the directory only. */
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
  /** How many objects are absent from the files, and kept, because not all of the files could be read. */
  readonly heldBack: number;
};

/** Reads files in their order and plans what is to be sent, in the temporary tables of the state file. */
export async function makePlan(state: DatabaseSync, files: readonly string[], settings: PlanSettings): Promise<Plan> {
  const { mapping, findings, full, partial, limits, readOnly } = settings;
  const known = numberOf(state, 'SELECT count(*) FROM sent');
  const stage = createStage(state, { mapping, findings, readOnly });
  for (const file of files) {
    for await (const readings of readFile(file, settings.read)) {
      inTransaction(state, () => {
        for (const reading of readings) stage.take(file, reading);
      });
    }
  }
  // An entry that could not be read must not be taken for one that is gone.
  const isWhole = findings.problems() === 0;
  const looksWhole = stage.isSnapshot() && !partial;
  return inTransaction(state, () => {
    const counts = planOperations(state, { mapping, findings, full, deleteAbsent: looksWhole && isWhole });
    linkOperations(state);
    const requests = cutRequests(state, limits);
    const heldBack = looksWhole && !isWhole ? numberOf(state, absent) : 0;
    const operations = numberOf(state, 'SELECT coalesce(sum(count), 0) FROM planned');
    return { counts, requests, operations, known, heldBack };
  });
}

const absent = 'SELECT count(*) FROM sent WHERE anchor NOT IN (SELECT anchor FROM staged)';

function numberOf(state: DatabaseSync, query: string): number {
  return Object.values(state.prepare(query).get() ?? {})[0] as number;
}
