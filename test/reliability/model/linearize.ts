/**
 * Looks for an order of answered requests that explains every answer and the end (Wing and Gong 1993, with memory of what failed).
 *
 * A request takes effect somewhere between its sending and its answer. Not the export is atomic, but the group of its
 * objects that touch a value in common, and of a sweep each release. So an export may take effect in several
 * places, but never so that a value is touched in two of them.
 */
import { applyExport } from './apply-export.ts';
import { releaseOne } from './apply-sweep.ts';
import { allowedFailures } from './duplicates.ts';
import { finalDrafts, fold, type WireOperation } from './fold.ts';
import { type Shown, shownResults } from './show.ts';
import { heldBy, type Tenant } from './tenant.ts';
import { Unexplained } from './unexplained.ts';
import type { Value } from './values.ts';

/** One request with its answer, and when it was sent and answered, on one clock. */
export type Call = { readonly sentAt: number; readonly answeredAt: number } & (
  | { readonly kind: 'export'; readonly operations: readonly WireOperation[]; readonly results: readonly Shown[] }
  | { readonly kind: 'sweep'; readonly released: readonly { readonly value: Value; readonly sourceAnchor: string }[] }
);

/** What is left of a call to take effect: the numbers of operations, or of releases. */
type Rest = { readonly call: Call; readonly left: ReadonlySet<number> };

/** Tells whether an order of the calls leads from one state to an end, through states that explain every answer. */
export function isExplained(start: Tenant, calls: readonly Call[], isEnd: (tenant: Tenant) => boolean): boolean {
  const deadEnds = new Set<string>();
  return reaches(
    start,
    calls.map((call) => ({ call, left: new Set(partsOf(call).keys()) })),
  );

  function reaches(tenant: Tenant, rests: readonly Rest[]): boolean {
    const open = rests.filter(({ left }) => left.size > 0);
    if (open.length === 0) return isEnd(tenant);
    const key = keyOf(tenant, rests);
    if (deadEnds.has(key)) return false;
    for (const rest of open) {
      // Nothing takes effect before a request that was answered before it was sent.
      if (open.some(({ call }) => call.answeredAt < rest.call.sentAt)) continue;
      for (const { tenant: next, done } of effectsOf(tenant, rest)) {
        const left = rest.left.difference(done);
        if (
          reaches(
            next,
            rests.map((one) => (one === rest ? { call: one.call, left } : one)),
          )
        )
          return true;
      }
    }
    deadEnds.add(key);
    return false;
  }
}

type Effect = { readonly tenant: Tenant; readonly done: ReadonlySet<number> };

function partsOf(call: Call): readonly unknown[] {
  return call.kind === 'export' ? call.operations : call.released;
}

function keyOf(tenant: Tenant, rests: readonly Rest[]): string {
  const objects = [...tenant.objects.values()].map((object) => ({
    ...object,
    waits: [...object.waits].sort(),
  }));
  const left = rests.map((rest) => [...rest.left]);
  return JSON.stringify([left, objects.sort((one, other) => (one.sourceAnchor < other.sourceAnchor ? -1 : 1))]);
}

/** What a call can do next in this state, as its answer tells it. */
function effectsOf(tenant: Tenant, { call, left }: Rest): readonly Effect[] {
  if (call.kind === 'export') return exportEffects(tenant, { call, left });
  return [...left].flatMap((index) => {
    const told = call.released[index];
    const step = told && releaseOne(tenant, told.value, timeAfter(tenant));
    return step?.release.sourceAnchor === told?.sourceAnchor && step
      ? [{ tenant: step.tenant, done: new Set([index]) }]
      : [];
  });
}

/** A sweep does not tell when it began to let a licensed user wait for another address; no object waits since later. */
function timeAfter({ objects }: Tenant): string {
  const times = [...objects.values()].flatMap(({ waits }) => [...waits.values()].map(({ since }) => since));
  return times.sort().at(-1) ?? '';
}

type ExportRest = { readonly call: Call & { readonly kind: 'export' }; readonly left: ReadonlySet<number> };

function exportEffects(tenant: Tenant, { call, left }: ExportRest): readonly Effect[] {
  const anchors = [...new Set([...left].map((index) => call.operations[index]?.sourceAnchor as string))];
  return groupsOf(anchors).flatMap((group) => {
    const [done, others] = [numbersOf(group), numbersOf(anchors.filter((anchor) => !group.includes(anchor)))];
    const next = answeredAs(tenant, call, done);
    if (!next) return [];
    const touched = touchedBetween(tenant, next);
    return touched.isDisjointFrom(touchedBy(tenant, { call, left: others })) ? [{ tenant: next, done }] : [];
  });

  function numbersOf(group: readonly string[]): ReadonlySet<number> {
    return new Set([...left].filter((index) => group.includes(call.operations[index]?.sourceAnchor as string)));
  }
}

/** All groups of some anchors but the empty one, the largest first. */
function groupsOf(anchors: readonly string[]): readonly (readonly string[])[] {
  const all = anchors.reduce<readonly (readonly string[])[]>(
    (groups, anchor) => [...groups, ...groups.map((group) => [...group, anchor])],
    [[]],
  );
  return all.filter((group) => group.length > 0).sort((one, other) => other.length - one.length);
}

/** The tenant after some operations of an export, if they have the answered results. */
function answeredAs(
  tenant: Tenant,
  { operations, results }: ExportRest['call'],
  done: ReadonlySet<number>,
): Tenant | null {
  const chosen = [...done].map((index) => operations[index] as WireOperation);
  const told = [...done].map((index) => results[index] as Shown);
  const failed = new Set(told.flatMap((result, index) => (isDuplicate(result) ? [index] : [])));
  const of = (anchor: string, name: string): string =>
    String(told.findLast((one) => one.sourceAnchor === anchor)?.[name]);
  try {
    const after = applyExport(tenant, chosen, {
      failedOnDuplicate: failed,
      now: timeToldBy(told),
      objectIdOf: (anchor) => of(anchor, 'objectId'),
      placeholderOf: (anchor) => of(anchor, 'userPrincipalName'),
    });
    const expected = shownResults(tenant, chosen, after);
    return JSON.stringify(expected.map(asAnswered)) === JSON.stringify(told.map(asAnswered)) ? after.tenant : null;
  } catch (error) {
    if (error instanceof Unexplained) return null;
    throw error;
  }
}

function isDuplicate({ outcome, errors }: Shown): boolean {
  return outcome === 'failed' && (errors as Shown[])[0]?.code === 'AttributeValueMustBeUnique';
}

function timeToldBy(results: readonly Shown[]): string {
  const errors = results.flatMap((result) => result.errors as Shown[]);
  const times = errors.map(({ provisioningError }) => (provisioningError as Shown | undefined)?.whenStarted);
  return (times.find((time) => time !== undefined) ?? 'no time told') as string;
}

/**
 * What an answer says that its write decided. Who holds a value is looked up later, and can have changed by then. An operation
 * that fails in favour of another of its export writes nothing: its object is told of as it was when it was read.
 */
function asAnswered(result: Shown): unknown {
  const { sourceAnchor, objectId, outcome, userPrincipalName, proxyAddresses, ...rest } = result;
  if (isDuplicate(result)) return [sourceAnchor, outcome];
  const waitsFor = (rest.dirSyncProvisioningErrors as Shown[]).map(({ propertyName, propertyValue }) => [
    propertyName,
    propertyValue,
  ]);
  const errors = (rest.errors as Shown[]).map(({ code, provisioningError }) => [
    code,
    (provisioningError as Shown | undefined)?.propertyValue,
  ]);
  return [sourceAnchor, objectId, outcome, userPrincipalName, proxyAddresses, waitsFor, errors];
}

/** The values that operations would touch if they were done alone now. */
function touchedBy(tenant: Tenant, { call, left }: ExportRest): ReadonlySet<Value> {
  const chosen = [...left].map((index) => call.operations[index] as WireOperation);
  const [failedOnDuplicate = new Set<number>()] = allowedFailures(tenant, chosen);
  const drafts = finalDrafts(tenant, chosen, fold(tenant, chosen, failedOnDuplicate));
  let placeholders = 0;
  const { tenant: after } = applyExport(tenant, chosen, {
    failedOnDuplicate,
    now: 'now',
    objectIdOf: (anchor) => `new ${anchor}`,
    placeholderOf: (anchor) => placeholderFor(anchor, placeholders++),
  });
  return touchedBetween(tenant, after);

  function placeholderFor(anchor: string, number: number): string {
    const name = drafts.get(anchor)?.exported.userPrincipalName ?? '';
    return `${name.split('@')[0]}${tenant.placeholderSeparator}${String(number).padStart(4, '0')}@${tenant.initialDomain}`;
  }
}

/** The values that an object has or waits for in one state and not in the same way in the other. */
function touchedBetween(before: Tenant, after: Tenant): ReadonlySet<Value> {
  const claimsIn = (tenant: Tenant): ReadonlySet<string> =>
    new Set(
      [...tenant.objects.values()].flatMap((object) => [
        ...heldBy(object).map((value) => `${object.objectId} has ${value}`),
        ...[...object.waits.keys()].map((value) => `${object.objectId} waits for ${value}`),
      ]),
    );
  const changed = claimsIn(before).symmetricDifference(claimsIn(after));
  return new Set([...changed].map((claim) => claim.replace(/^.*? (?:has|waits for) /, '') as Value));
}
