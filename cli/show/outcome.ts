/** The outcome of a run, as a person wants it: counts, then each new conflict with both objects and where to see it. */
import {
  type ObjectReference,
  type OperationError,
  type Outcome,
  type ProvisioningError,
  type Result,
  outcomes,
} from '../send/answers.ts';
import type { Swept } from '../send/sweep.ts';
import { count, printable } from './text.ts';

/** So many conflicts, and so many failures, are shown one by one. */
const mostShown = 50;

/** What the service did, counted over all answers. */
export type Outcomes = {
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly conflicts: { readonly total: number; readonly first: readonly Conflict[] };
  readonly failures: { readonly total: number; readonly first: readonly Failure[] };
};

export type Conflict = ProvisioningError & { readonly userPrincipalName: string | null };
export type Failure = OperationError & { readonly sourceAnchor: string | null };

/** Counts answers; keeps the first conflicts and failures. */
export function createOutcomes(): { readonly outcomes: Outcomes; readonly take: (results: readonly Result[]) => void } {
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const conflicts = { total: 0, first: [] as Conflict[] };
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

/** Writes what became of the operations, a line each. */
export function describeOutcomes({ counts, conflicts, failures }: Outcomes, tenantUrl: string): readonly string[] {
  const line = outcomes.map((outcome) => `${counts[outcome].toLocaleString('en-GB')} ${outcome}`).join(', ');
  return [
    `The service: ${line}; ${count(conflicts.total, 'value')} quarantined.`,
    ...describeFailures(failures),
    ...describeConflicts(conflicts, tenantUrl),
  ];
}

/** Writes what the sweep after a run with deletes released. */
export function describeSweep({ released, stillWaiting }: Extract<Swept, { released: number }>): readonly string[] {
  const waiting = `${count(stillWaiting, 'value')} still ${stillWaiting === 1 ? 'waits' : 'wait'}`;
  return [`The sweep: ${count(released, 'value')} released, ${waiting}.`];
}

function describeFailures({ total, first }: Outcomes['failures']): readonly string[] {
  if (total === 0) return [];
  return [
    '',
    `${count(total, 'operation')} failed, and will be sent again by the next run:`,
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

function describeConflict(conflict: Conflict, tenantUrl: string): readonly string[] {
  const { propertyName, propertyValue, object, heldBy, userPrincipalName } = conflict;
  const held = heldBy
    ? `${nameOf(heldBy)} has it${heldBy.attribute === null ? '' : `, by ${heldBy.attribute}`}`
    : 'nobody has it any more: the next sweep gives it out';
  const isPlaceholder = propertyName === 'UserPrincipalName' && userPrincipalName !== null;
  const lines = [
    `${nameOf(object)} does not get ${propertyName} "${propertyValue}"`,
    `  ${held}`,
    ...(isPlaceholder ? [`  until then it signs in as "${userPrincipalName}"`] : []),
    `  see ${tenantUrl}/objects/${encodeURIComponent(object.sourceAnchor)}`,
  ];
  return lines.map((text) => `  ${printable(text)}`);
}

function nameOf({ objectType, displayName, userPrincipalName, sourceAnchor }: ObjectReference): string {
  return `${objectType} "${displayName ?? userPrincipalName ?? sourceAnchor}"`;
}

function more(total: number, shown: number): readonly string[] {
  return total > shown
    ? [`  ... and ${(total - shown).toLocaleString('en-GB')} more: the command "errors" lists them all`]
    : [];
}
