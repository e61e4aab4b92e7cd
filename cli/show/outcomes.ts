/** The outcome of a run for people: counts, failures, then each new conflict with both objects and a link to see it. */
import {
  type ObjectReference,
  type OperationError,
  type OperationOutcome,
  type ProvisioningError,
  shownName,
  type OperationResult,
  operationOutcomes,
} from '../send/export-answer.ts';
import type { Swept } from '../send/sweep-now.ts';
import { printable } from './table.ts';
import { count } from './count.ts';

/** The most conflicts, and the most failures, that are shown one by one. */
const mostShown = 50;

/** The results of all answers, counted. */
export type Outcomes = {
  readonly counts: Readonly<Record<OperationOutcome, number>>;
  readonly conflicts: { readonly total: number; readonly first: readonly NewConflict[] };
  readonly failures: { readonly total: number; readonly first: readonly Failure[] };
};

type NewConflict = ProvisioningError & { readonly userPrincipalName: string | null };
type Failure = OperationError & { readonly sourceAnchor: string | null };

/** Returns empty outcomes. `take` counts an answer, and keeps the first conflicts and failures. */
export function createOutcomes(): {
  readonly outcomes: Outcomes;
  readonly take: (results: readonly OperationResult[]) => void;
} {
  const counts = Object.fromEntries(operationOutcomes.map((outcome) => [outcome, 0])) as Record<
    OperationOutcome,
    number
  >;
  const conflicts = { total: 0, first: [] as NewConflict[] };
  const failures = { total: 0, first: [] as Failure[] };
  const keep = <T>(list: { total: number; first: T[] }, one: T): void => {
    if (list.total++ < mostShown) list.first.push(one);
  };
  return {
    outcomes: { counts, conflicts, failures },
    take(results) {
      for (const { outcome, errors, sourceAnchor, userPrincipalName } of results) {
        counts[outcome]++;
        for (const error of errors) {
          if (error.provisioningError) keep(conflicts, { ...error.provisioningError, userPrincipalName });
          else keep(failures, { ...error, sourceAnchor });
        }
      }
    },
  };
}

/** Describes the outcomes, one line each. */
export function describeOutcomes({ counts, conflicts, failures }: Outcomes, tenantUrl: string): readonly string[] {
  const line = operationOutcomes.map((outcome) => `${counts[outcome].toLocaleString('en-GB')} ${outcome}`).join(', ');
  return [
    `The service: ${line}; ${count(conflicts.total, 'value')} quarantined.`,
    ...describeFailures(failures),
    ...describeConflicts(conflicts, tenantUrl),
  ];
}

/** Describes what the sweep after a run with deletes released. */
export function describeSweep({ released, stillWaiting }: Extract<Swept, { released: number }>): readonly string[] {
  const waiting = `${count(stillWaiting, 'value')} still ${stillWaiting === 1 ? 'waits' : 'wait'}`;
  return [`The sweep: ${count(released, 'value')} released, ${waiting}.`];
}

function describeFailures({ total, first }: Outcomes['failures']): readonly string[] {
  if (total === 0) return [];
  return [
    '',
    `${count(total, 'operation')} failed. The next run sends them again:`,
    ...first.map(({ code, message }) => `  ${code}: ${printable(message)}`),
    ...more(total, first.length),
  ];
}

function describeConflicts({ total, first }: Outcomes['conflicts'], tenantUrl: string): readonly string[] {
  if (total === 0) return [];
  return [
    '',
    `${count(total, 'new conflict')}:`,
    ...first.flatMap((one) => describeConflict(one, tenantUrl)),
    ...more(total, first.length),
  ];
}

function describeConflict(conflict: NewConflict, tenantUrl: string): readonly string[] {
  const { propertyName, propertyValue, object, heldBy, userPrincipalName } = conflict;
  const held = heldBy
    ? `${nameOf(heldBy)} holds it${heldBy.attribute === null ? '' : `, in ${heldBy.attribute}`}`
    : 'no object holds it any more: the next sweep releases it';
  const isPlaceholder = propertyName === 'UserPrincipalName' && userPrincipalName !== null;
  const lines = [
    `${nameOf(object)} waits for ${propertyName} "${propertyValue}"`,
    `  ${held}`,
    ...(isPlaceholder ? [`  until then, its user principal name is "${userPrincipalName}"`] : []),
    `  see ${tenantUrl}/objects?sourceAnchor=${encodeURIComponent(object.sourceAnchor)}`,
  ];
  return lines.map((text) => `  ${printable(text)}`);
}

function nameOf(object: ObjectReference): string {
  return `${object.objectType} "${shownName(object)}"`;
}

function more(total: number, shown: number): readonly string[] {
  return total > shown
    ? [`  ... and ${(total - shown).toLocaleString('en-GB')} more; the command "errors" lists all quarantined values`]
    : [];
}
