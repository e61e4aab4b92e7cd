import { expect } from 'vitest';
import { type registerTenant, send, type Answer } from '../../support/service.ts';
import { applyExport, type Told } from './apply-export.ts';
import { applySweep } from './apply-sweep.ts';
import { anchors, type Step } from './arbitraries.ts';
import { eventsBetween, lastHolders, type LastHolders, type ModelEvent } from './events.ts';
import type { WireOperation } from './fold.ts';
import { provisioningErrorsOf, type Shown, shownObject, shownResults } from './show.ts';
import type { Tenant } from './tenant.ts';
import { addressValue, upnValue, type Value } from './values.ts';

/** A tenant of the service, with what it should be like by now. */
export type Watched = {
  readonly tenant: Tenant;
  readonly holders: LastHolders;
  readonly events: readonly ModelEvent[];
  readonly last: readonly WireOperation[];
};

type Client = Awaited<ReturnType<typeof registerTenant>>;

/**
 * Takes one step on the service and in the model, and expects the same of both in all that can be asked.
 *
 * Where exports are cut, an object can wait for a value for a moment, and who had a value when another began to wait for it
 * depends on the order of the parts: these alone are not compared.
 */
export async function takeStep(
  client: Client,
  watched: Watched,
  step: Step,
  { areCut = false }: { areCut?: boolean } = {},
): Promise<Watched> {
  const { tenant: before, holders } = watched;
  const operations = step.kind === 'export' ? resolved(step.operations, before) : watched.last;
  const tenant = step.kind === 'sweep' ? await sweep(client, watched) : await sendExport(client, before, operations);
  const events = [...watched.events, ...eventsBetween(before, tenant, holders)];
  await compare(client, tenant);
  const told = (await allOf(client, '/history')).map(asEvent);
  const [seen, expected] = areCut ? [withoutMoments(told, events).map(unnamed), events.map(unnamed)] : [told, events];
  expect([...seen].sort(byJson)).toEqual([...expected].sort(byJson));
  return { tenant, events, holders: lastHolders(holders, tenant), last: operations };
}

/** The operations with the placeholders that users have at this time in place of their marks. */
function resolved(operations: readonly WireOperation[], { objects }: Tenant): readonly WireOperation[] {
  const text = JSON.stringify(operations).replace(
    /<placeholder of (\w)>/g,
    (_, anchor: string) => objects.get(anchor)?.placeholder ?? 'nobody@contoso.onmicrosoft.com',
  );
  return JSON.parse(text) as WireOperation[];
}

async function sendExport(client: Client, before: Tenant, operations: readonly WireOperation[]): Promise<Tenant> {
  const answer = await client.export(operations);
  expect(answer.status).toBe(200);
  const { results, exportId } = answer.body as { results: Shown[]; exportId: string };
  const done = applyExport(before, operations, await whatIsTold(client, { before, results, exportId }));
  expect(withoutMessages(results)).toEqual(shownResults(before, operations, done));
  return done.tenant;
}

/** What only the answer and the history can tell of an export. */
async function whatIsTold(
  client: Client,
  { before, results, exportId }: { before: Tenant; results: readonly Shown[]; exportId: string },
): Promise<Told> {
  const of = (sourceAnchor: string, name: string): string => {
    const told = results.findLast((result) => result.sourceAnchor === sourceAnchor)?.[name];
    return typeof told === 'string' ? told : `no ${name} told`;
  };
  const displaced = await readOtherNames(client, before, results);
  return {
    failedOnDuplicate: failedOnDuplicate(results),
    now: await timeOf(client, exportId),
    objectIdOf: (sourceAnchor) => of(sourceAnchor, 'objectId'),
    placeholderOf: (sourceAnchor) => displaced.get(sourceAnchor) ?? of(sourceAnchor, 'userPrincipalName'),
  };
}

/** The UPNs of users on a placeholder that the export does not name: another object may have taken the placeholder. */
async function readOtherNames(
  client: Client,
  { objects }: Tenant,
  results: readonly Shown[],
): Promise<ReadonlyMap<string, string>> {
  const told = new Set(results.map(({ sourceAnchor }) => sourceAnchor));
  const others = [...objects.values()].filter(
    ({ sourceAnchor, placeholder }) => placeholder !== null && !told.has(sourceAnchor),
  );
  const names = others.map(async ({ sourceAnchor }) => {
    const { body } = await client.object(sourceAnchor);
    return [sourceAnchor, String((body as Shown).userPrincipalName)] as const;
  });
  return new Map(await Promise.all(names));
}

/** The numbers of the operations that failed because of a duplicate. */
export function failedOnDuplicate(results: readonly Shown[]): ReadonlySet<number> {
  const failed = results.flatMap(({ outcome, errors }, index) => {
    const [error] = errors as { code: string }[];
    return outcome === 'failed' && error?.code === 'AttributeValueMustBeUnique' ? [index] : [];
  });
  return new Set(failed);
}

async function sweep(client: Client, { tenant: before, holders }: Watched): Promise<Tenant> {
  const answer = await send(`${client.url}/sweep`, { method: 'POST' });
  expect(answer.status).toBe(200);
  const { released, sweepId, stillWaiting } = answer.body as {
    released: Shown[];
    sweepId: string;
    stillWaiting: number;
  };
  const { tenant, releases } = applySweep(before, await timeOf(client, sweepId));
  const expected = releases.map(({ value, sourceAnchor, whenStarted }) => {
    return { value, sourceAnchor, whenStarted, from: holders.get(value) ?? null };
  });
  expect(released.map(asRelease).sort(byJson)).toEqual(expected.sort(byJson));
  expect(stillWaiting).toBe([...tenant.objects.values()].reduce((sum, { waits }) => sum + waits.size, 0));
  return tenant;
}

function asRelease({ propertyName, propertyValue, sourceAnchor, whenStarted, from }: Shown): Shown {
  const value = asValue(propertyName, propertyValue);
  return { value, sourceAnchor, whenStarted, from: (from as Shown | null)?.sourceAnchor ?? null };
}

/** A value as an answer names it. */
export function asValue(propertyName: unknown, propertyValue: unknown): Value {
  return propertyName === 'UserPrincipalName' ? upnValue(String(propertyValue)) : addressValue(String(propertyValue));
}

/** The moment of an export or a sweep, as its events say; without an event, no moment is kept. */
async function timeOf(client: Client, operationId: string): Promise<string> {
  const events = (await allOf(client, '/history')).filter((event) => (event.by as Shown).operationId === operationId);
  const times = new Set(events.map(({ at }) => String(at)));
  expect(times.size).toBeLessThanOrEqual(1);
  return [...times][0] ?? 'without an event';
}

/** Leaves out the quarantines that the model does not know. Each of them must have begun and ended, and once. */
function withoutMoments(told: readonly Shown[], events: readonly ModelEvent[]): readonly Shown[] {
  const of = ({ value, whenStarted, sourceAnchor, objectId }: Shown): string =>
    JSON.stringify([value, whenStarted, sourceAnchor, objectId]);
  const known = new Set(events.map(of));
  const moments = Map.groupBy(
    told.filter((event) => !known.has(of(event))),
    of,
  );
  for (const [moment, both] of moments) {
    expect([moment, both.map(({ event }) => event).sort()[0], both.length]).toEqual([moment, 'quarantined', 2]);
  }
  return told.filter((event) => known.has(of(event)));
}

function unnamed(event: Shown): Shown {
  return { ...event, from: null };
}

/** Expects that the service shows the objects and the errors that the model has. */
async function compare(client: Client, tenant: Tenant): Promise<void> {
  const shown = await Promise.all(anchors.map(async (anchor) => [anchor, await client.object(anchor)] as const));
  for (const [anchor, { status, body }] of shown) {
    const object = tenant.objects.get(anchor);
    expect([anchor, status]).toEqual([anchor, object ? 200 : 404]);
    if (object) expect(withoutMessages(body)).toEqual(shownObject(tenant, object));
  }
  const errors = withoutMessages(await allOf(client, '/provisioningErrors')) as Shown[];
  const expected = [...tenant.objects.values()].flatMap((object) => provisioningErrorsOf(tenant, object));
  expect([...errors].sort(byJson)).toEqual(expected.sort(byJson));
}

function asEvent({ event, propertyName, propertyValue, whenStarted, object, from }: Shown): Shown {
  const { sourceAnchor, objectId } = object as Shown;
  const other = event === 'withdrawn' ? null : ((from as Shown | null)?.sourceAnchor ?? null);
  return { event, value: asValue(propertyName, propertyValue), whenStarted, sourceAnchor, objectId, from: other };
}

async function allOf(client: Client, path: string): Promise<Shown[]> {
  const all: Shown[] = [];
  let answer: Answer = await client.get(`${path}?pageSize=1000`);
  for (;;) {
    expect(answer.status).toBe(200);
    const { value, nextLink } = answer.body as { value: Shown[]; nextLink?: string };
    all.push(...value);
    if (nextLink === undefined) return all;
    answer = await send(nextLink);
  }
}

/** The same JSON without its messages. */
export function withoutMessages(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json, (name, value: unknown) => (name === 'message' ? undefined : value)));
}

function byJson(one: unknown, other: unknown): number {
  const text = (json: unknown): string => JSON.stringify(Object.entries(json as object).sort());
  return text(one) < text(other) ? -1 : 1;
}
