/** The pure core alone: exports are planned for a tenant of plain maps. */
import type { ValueKey, ValueState } from '../../shared/directory/values.ts';
import { type ExportItem, foldExport } from '../../shared/directory/export/fold-export.ts';
import { type DirectoryObject, heldValues } from '../../shared/directory/objects.ts';
import { type DirectoryState, type ExportPlan, planExport } from '../../shared/directory/export/plan-export.ts';
import { valuesInQuestion } from '../../shared/directory/export/values-in-question.ts';
import { parseExport } from '../../shared/http/parse-body.ts';
import { atLeast, atMostTimes, type BenchCase } from '../harness/figure.ts';
import { anchorOf, type SentOperation, user } from '../harness/user.ts';
import { each, inParts } from '../harness/in-parts.ts';
import { byTurns, compared, median } from '../harness/by-turns.ts';

const operations = 100_000;
const perExport = 20_000;

export const planning: BenchCase = {
  name: 'planning',
  title: '100,000 operations are planned, no storage: CPU time of the process',
  run: async ({ sized, rounds }) => {
    const adds = exportsOf(each(sized(operations), user));
    const small = tenantOf(sized(operations));
    const large = tenantOf(sized(operations) * 3);
    const updates = exportsOf(each(sized(operations), changeOf));
    const warmUp = 1;
    const ms = await byTurns(rounds + warmUp, {
      adds: () => Promise.resolve(cpuMs(() => planAll(adds, emptyTenant))),
      small: () => Promise.resolve(cpuMs(() => planAll(updates, small))),
      large: () => Promise.resolve(cpuMs(() => planAll(updates, large))),
    });
    const afterWarmUp = (figures: readonly number[]): readonly number[] => figures.slice(warmUp);
    const perSecond = (figures: readonly number[]): number => (sized(operations) * 1000) / median(afterWarmUp(figures));
    return [
      atLeast(500_000, { what: 'new users', unit: 'a second', figure: perSecond(ms.adds) }),
      atLeast(500_000, { what: 'updates', unit: 'a second', figure: perSecond(ms.small) }),
      atMostTimes(1.2, {
        what: 'CPU time of the updates in a tenant of three times the size',
        unit: 'ms',
        ...compared(afterWarmUp(ms.large), afterWarmUp(ms.small)),
        limitOf: 'once the size',
      }),
    ];
  },
};

const emptyTenant: DirectoryState = { objects: new Map(), values: new Map() };

function exportsOf(all: readonly SentOperation[]): readonly (readonly ExportItem[])[] {
  return inParts(all, perExport).map((part) => parseExport({ operations: part }));
}

/** Plans exports one after another, all for the same state of the tenant: nothing is written. */
function planAll(exports: readonly (readonly ExportItem[])[], state: DirectoryState): void {
  for (const items of exports) {
    const { transitions } = plan(items, state);
    if (transitions.length !== items.length) throw new Error('Cannot measure: the plan does not change every object');
  }
}

let ids = 0;

/** Does the work of an export between its reads and its writes. */
function plan(items: readonly ExportItem[], { objects, values }: DirectoryState): ExportPlan {
  const folded = foldExport(items, objects);
  valuesInQuestion(items, folded);
  const state = { objects, values, folded };
  return planExport(items, state, {
    placeholderForm: { initialDomain: 'contoso.onmicrosoft.com', placeholderSeparator: '+' },
    now: new Date('2026-11-16T08:00:00.000Z'),
    random: Math.random,
    newObjectId: () => `id-${++ids}`,
  });
}

/** Returns a tenant whose objects and values are all known. */
function tenantOf(count: number): DirectoryState {
  const objects = new Map<string, DirectoryObject>();
  const values = new Map<ValueKey, ValueState>();
  for (const items of exportsOf(each(count, user))) {
    for (const { sourceAnchor, after } of plan(items, emptyTenant).transitions) {
      if (!after) continue;
      objects.set(sourceAnchor, after);
      for (const key of heldValues(after)) values.set(key, { holder: sourceAnchor, waiting: 0 });
    }
  }
  return { objects, values };
}

function changeOf(n: number): SentOperation {
  const { proxyAddresses } = user(n);
  return {
    operation: 'update',
    sourceAnchor: anchorOf(n),
    proxyAddresses: [...proxyAddresses, `smtp:new${n}@contoso.com`],
  };
}

/** Returns the CPU time of a piece of work in milliseconds, including garbage collection. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user: inUser, system } = process.cpuUsage(before);
  return (inUser + system) / 1000;
}
