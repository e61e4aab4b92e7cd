/** `sync`: reads the files of a directory and sends the changes. */
import { readFileSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { ObjectType } from '../../shared/directory/objects.ts';
import { toJsonText } from '../../shared/to-json-text.ts';
import { type ExitCode, exitCodes, UsageError } from '../exit-codes.ts';
import { defaultMapping, type Mapping } from '../map/mapping.ts';
import { parseMapping } from '../map/parse-mapping.ts';
import { createFindings, type Findings } from '../plan/findings.ts';
import { makePlan, type Plan } from '../plan/make-plan.ts';
import { replanAsAdds } from '../plan/replan-as-adds.ts';
import type { Format } from '../read/detect-format.ts';
import type { OperationResult } from '../send/export-answer.ts';
import { sendRequests } from '../send/send-requests.ts';
import type { Service } from '../send/service.ts';
import { sweepNow, type Swept } from '../send/sweep-now.ts';
import { count } from '../show/count.ts';
import { createOutcomes, describeOutcomes, describeSweep, type Outcomes } from '../show/outcomes.ts';
import { describeFindings, describePlan, plannedOperations } from '../show/describe-plan.ts';
import { createProgress, type Progress } from '../show/progress.ts';
import { openState, statePath } from '../state/open-state.ts';
import { createSent } from '../state/sent.ts';
import { connect, type ConnectionOptions } from './connect.ts';

export type SyncOptions = ConnectionOptions & {
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly strict?: true;
  readonly partial?: true;
  readonly full?: true;
  readonly state?: string | false;
  readonly allowDeletes?: number;
  readonly format?: Format;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly valueSeparator?: string;
  readonly mapping?: string;
  readonly sourceAnchor?: string;
  readonly upnFrom?: string;
  readonly type?: ObjectType;
  readonly batchSize: number;
  readonly atOnce: number;
};

/** The most deletes in one run that Microsoft Entra Connect allows. */
const deleteThreshold = 500;

/** Half of the service's limit, so that a request needs little memory. */
const mostBytes = 16 * 1024 * 1024;

/** The most operations that a dry run shows without --json. */
const mostShown = 20;

type Run = {
  readonly options: SyncOptions;
  readonly mapping: Mapping;
  readonly state: DatabaseSync;
  readonly findings: Findings;
  readonly progress: Progress;
};

/** Runs `sync` and returns its exit code. Throws `UsageError` and `UnreachableError`. */
export async function sync(files: readonly string[], options: SyncOptions): Promise<ExitCode> {
  const progress = createProgress(process.stderr, options.quiet === true);
  const mapping = mappingFor(options);
  const bytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
  const service = options.dryRun ? undefined : connect(options, progress.say);
  const path = statePath(options);
  const state = openState({ path, tenant: options.tenant, readOnly: !service });
  try {
    const run = { options, mapping, state, progress, findings: createFindings(progress.say) };
    const plan = await planFiles(files, bytes, run);
    const stop = whyToStop(plan, run);
    if (!service) return showPlan(plan, stop, run);
    return stop ? stopBefore(plan, stop, run) : await sendPlan(plan, service, run);
  } finally {
    state.close();
  }
}

function mappingFor({ mapping, sourceAnchor, upnFrom, type }: SyncOptions): Mapping {
  const base = mapping === undefined ? defaultMapping : parseMapping(readMapping(mapping), mapping);
  return {
    ...base,
    sourceAnchor: sourceAnchor === undefined ? base.sourceAnchor : [...base.sourceAnchor, sourceAnchor],
    userPrincipalName: upnFrom === undefined ? base.userPrincipalName : [upnFrom],
    defaultType: type ?? base.defaultType,
  };
}

function readMapping(file: string): string {
  sizeOf(file);
  return readFileSync(file, 'utf8');
}

function sizeOf(file: string): number {
  if (file === '-') return 0;
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new UsageError(`Cannot read "${file}": there is no such file.`);
  if (stats.isDirectory()) throw new UsageError(`Cannot read "${file}": it is a folder. Name the files in it.`);
  return stats.size;
}

async function planFiles(files: readonly string[], bytes: number, run: Run): Promise<Plan> {
  const { state, mapping, findings, progress, options } = run;
  const { format, encoding, delimiter, valueSeparator, full = false, partial = false } = options;
  progress.begin('Reading', bytes, 'byte');
  const plan = await makePlan(state, files, {
    ...{ mapping, findings, full, partial, readOnly: options.dryRun === true },
    read: { format, encoding, delimiter, valueSeparator, onBytes: progress.advance },
    limits: { operations: options.batchSize, bytes: mostBytes },
  });
  progress.end();
  return plan;
}

/** Returns why nothing may be sent; undefined if all is well. */
function whyToStop({ counts, known }: Plan, { findings, options }: Run): string | undefined {
  if (options.strict && findings.problems() > 0)
    return 'Nothing is sent: the files have problems, and --strict is given.';
  const { deletes } = counts;
  const allow = `Check them with --dry-run. If they are intended, give --allow-deletes ${deletes}.`;
  const most = options.allowDeletes ?? deleteThreshold;
  if (deletes > most)
    return `Nothing is sent: ${count(deletes, 'object')} would be deleted, and ${most} are allowed. ${allow}`;
  const isEverything = deletes > 0 && deletes === known && options.allowDeletes === undefined;
  return isEverything
    ? `Nothing is sent: every object that was sent before (${deletes}) would be deleted. ${allow}`
    : undefined;
}

function showPlan(plan: Plan, stop: string | undefined, run: Run): ExitCode {
  const { state, options, findings } = run;
  if (options.json) {
    for (const operation of plannedOperations(state)) print(operation);
    describeAll(plan, run).forEach((line) => process.stderr.write(`${line}\n`));
  } else {
    describeAll(plan, run).forEach(print);
    let shown = 0;
    for (const operation of plannedOperations(state)) {
      if (shown++ === mostShown) break;
      print(`  ${operation}`);
    }
    if (plan.operations > mostShown) print(`  ... and ${plan.operations - mostShown} more; --json shows all`);
  }
  if (stop) process.stderr.write(`${stop}\n`);
  return stop || findings.problems() > 0 ? exitCodes.partly : exitCodes.done;
}

function stopBefore(plan: Plan, stop: string, run: Run): ExitCode {
  report(plan, undefined, run);
  process.stderr.write(`${stop}\n`);
  return exitCodes.partly;
}

async function sendPlan(plan: Plan, service: Service, run: Run): Promise<ExitCode> {
  const { state, mapping, findings, progress, options } = run;
  const sent = createSent(state);
  sent.note();
  const { outcomes, take } = createOutcomes();
  const allowDeletes = options.allowDeletes !== undefined;
  const onAnswer = (results: readonly OperationResult[]): void => {
    take(results);
    progress.advance(results.length);
  };
  const sending = { service, sent, atOnce: options.atOnce, allowDeletes, onAnswer };
  let swept: Swept | undefined;
  if (plan.operations > 0) progress.begin('Sending', plan.operations, 'operation');
  try {
    const unknown = await sendRequests(plan.requests, sending);
    if (unknown.length > 0) {
      progress.say(
        `The service no longer has ${count(unknown.length, 'object')} that were sent before. Adding them again.`,
      );
      await sendRequests(replanAsAdds(state, unknown, { mapping, operations: options.batchSize }), sending);
    }
    if (plan.counts.deletes > 0 || outcomes.counts.deleted > 0) swept = await sweepNow(service);
  } finally {
    progress.end();
    report(plan, { outcomes, swept, url: service.url }, run);
  }
  return outcomes.failures.total > 0 || findings.problems() > 0 ? exitCodes.partly : exitCodes.done;
}

type Done = { readonly outcomes: Outcomes; readonly swept: Swept | undefined; readonly url: string };

function report(plan: Plan, done: Done | undefined, run: Run): void {
  if (run.options.json) print(toJsonText(toJson(plan, done, run.findings)));
  else
    [
      ...describeAll(plan, run),
      ...(done && plan.operations > 0 ? describeOutcomes(done.outcomes, done.url) : []),
      ...(done?.swept && 'released' in done.swept ? describeSweep(done.swept) : []),
    ].forEach(print);
  if (done?.swept && 'error' in done.swept) process.stderr.write(`${notSwept(done.swept.error)}\n`);
}

function notSwept(reason: string): string {
  return `Everything was sent, but the values that the deleted objects vacate could not be released at once: ${reason} The service releases them with its hourly sweep.`;
}

function describeAll(plan: Plan, { findings }: Run): readonly string[] {
  return [...describeFindings(findings), ...describePlan(plan)];
}

function toJson({ counts, heldBack }: Plan, done: Done | undefined, findings: Findings): unknown {
  const outcomes = done?.outcomes;
  const { entries, changes, problems, leftOut } = findings;
  return {
    read: { entries, changes, problems: problems(), leftOut: Object.fromEntries(leftOut) },
    planned: { ...counts, heldBack },
    summary: outcomes ? { ...outcomes.counts, quarantined: outcomes.conflicts.total } : null,
    sweep: done?.swept ?? null,
    conflicts: outcomes?.conflicts.first ?? [],
    failures: outcomes?.failures.first ?? [],
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
