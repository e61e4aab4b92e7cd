import type { ExportAnswer } from '../../cli/send/export-answer.ts';
import { count } from '../../cli/show/count.ts';
import type { SentExport } from './client.ts';
import { nameOf } from './describe-conflicts.ts';
import { dim, wrap } from './print.ts';

/** Returns one line with the outcomes of the operations, and how many values were newly quarantined. */
export function describeSummary({ summary, results }: ExportAnswer): string {
  const { quarantined, ...outcomes } = summary;
  const parts = Object.entries(outcomes).flatMap(([outcome, number]) => (number > 0 ? [`${number} ${outcome}`] : []));
  const values = quarantined > 0 ? count(quarantined, 'value') : 'nothing';
  return `${count(results.length, 'operation')}: ${parts.join(', ')}; ${values} newly quarantined`;
}

/** Returns the operations that failed as a whole, each with its code and the message of the service. */
export function describeFailures({ operations, results }: SentExport): readonly string[] {
  const failures = results.flatMap(({ outcome, errors }, index) => {
    if (outcome !== 'failed') return [];
    const { objectType = 'object', displayName = null, sourceAnchor = '' } = operations[index] ?? {};
    const name = nameOf({ objectType, displayName, sourceAnchor });
    return errors.flatMap(({ code, message }) => [`  ${name}: ${code}`, ...wrap(message, 4)]);
  });
  return failures.length > 0 ? [dim('  failed as a whole'), ...failures] : [];
}
