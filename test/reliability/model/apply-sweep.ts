import { holderOf, type ModelObject, type Tenant, waitersOf, type Wait, wishesOf } from './tenant.ts';
import { upnValue, type Value } from './values.ts';

/** One value released to the object that waited longest for it. */
export type Release = { readonly value: Value; readonly sourceAnchor: string; readonly whenStarted: string };

/** Releases one value that no object holds to the object that has waited longest; undefined if there is no such value. */
export function releaseOne(
  tenant: Tenant,
  value: Value,
  now: string,
): { tenant: Tenant; release: Release } | undefined {
  const [first] = waitersOf(tenant, value);
  if (!first || holderOf(tenant, value)) return undefined;
  const waits = new Map(first.waits);
  const { since: whenStarted } = waits.get(value) as Wait;
  waits.delete(value);
  const isOwnUpn = upnValue(first.exported.userPrincipalName ?? '') === value;
  const given: ModelObject = { ...first, waits, placeholder: isOwnUpn ? null : first.placeholder };
  const objects = new Map(tenant.objects).set(first.sourceAnchor, asksAnew(tenant, given, now));
  return { tenant: { ...tenant, objects }, release: { value, sourceAnchor: first.sourceAnchor, whenStarted } };
}

/** A licensed user with another UPN in force desires another address: it gets that, or waits behind those who do. */
function asksAnew(tenant: Tenant, object: ModelObject, now: string): ModelObject {
  const before = tenant.objects.get(object.sourceAnchor) as ModelObject;
  const asked = wishesOf(before).map(({ value }) => value);
  const wishes = wishesOf(object).map(({ value }) => value);
  const taken = wishes.filter(
    (value) => !asked.includes(value) && (holderOf(tenant, value) !== undefined || waitersOf(tenant, value).length > 0),
  );
  const standing = [...object.waits].filter(([value]) => wishes.includes(value));
  const begun = taken.map((value) => [value, { since: now, place: 0 }] as const);
  return { ...object, waits: new Map([...standing, ...begun]) };
}

/** The awaited values without a holder. */
export function vacantValues(tenant: Tenant): readonly Value[] {
  const awaited = [...tenant.objects.values()].flatMap(({ waits }) => [...waits.keys()]);
  return [...new Set(awaited)].filter((value) => !holderOf(tenant, value));
}

/** Sweeps a tenant: section 6 of the specification. What a release frees is given out too. */
export function applySweep(tenant: Tenant, now: string): { tenant: Tenant; releases: readonly Release[] } {
  const releases: Release[] = [];
  let swept = tenant;
  for (let [value] = vacantValues(swept); value !== undefined; [value] = vacantValues(swept)) {
    const released = releaseOne(swept, value, now);
    if (!released) throw new Error(`"${value}" is vacant and goes to no one.`);
    releases.push(released.release);
    swept = released.tenant;
  }
  return { tenant: swept, releases };
}
