/**
 * Renews the placeholders of a tenant after its separator or initial domain changed, a limited number in each sweep.
 *
 * Each user is written in one transaction on its ETag. If an export or another sweep is faster, the next scan finds the
 * user again. An export that began before the change may still choose a placeholder of the old form. So the renewal ends
 * only if no scan finds an old placeholder for longer than an export can run.
 */
import { choosePlaceholder, hasPlaceholderForm } from '../../directory/placeholder.ts';
import type { Transition } from '../../directory/transitions/transition.ts';
import { smtpKey, upnKey, type ValueKey } from '../../directory/values.ts';
import type { Services } from '../../services.ts';
import { commit } from '../../store/commit.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPages } from '../../store/partition.ts';
import { readObjects, readPlaceholders } from '../../store/read-directory.ts';
import { errorFromRow } from '../../store/error-row.ts';
import type { StoredValue } from '../../store/value-row.ts';
import { writePlaceholderRenewal } from '../../store/write-tenant.ts';
import type { Tenant } from '../../store/tenant-row.ts';

/** The most users that get a new placeholder in one sweep; the next sweep continues. */
const mostRenewed = 1_000;
const mostAttempts = 5;

/** Longer than an export can run: after this time, every export that began before the change has ended. */
const longestExportMs = 15 * 60_000;

/** Renews up to a thousand placeholders of an old form; returns the number of users that got a new one. */
export async function renewPlaceholders(services: Services, tenant: Tenant): Promise<number> {
  const { placeholderRenewal: renewal, registrationId } = tenant;
  if (!renewal) return 0;
  const now = services.now();
  const partition = await services.storage.partition(registrationId);
  const outdated = await findOutdated(partition, tenant);
  if (outdated.length > 0) {
    await setRenewal(services, tenant, null);
    return renewAll(services, { partition, tenant, sourceAnchors: outdated });
  }
  if (renewal.cleanSince === null) await setRenewal(services, tenant, now);
  else if (now.getTime() - Date.parse(renewal.cleanSince) > longestExportMs) {
    await writePlaceholderRenewal(await services.storage.tenants(), tenant, null);
  }
  return 0;
}

async function setRenewal({ storage }: Services, tenant: Tenant, cleanSince: Date | null): Promise<void> {
  const next = { cleanSince: cleanSince?.toISOString() ?? null };
  if (next.cleanSince === tenant.placeholderRenewal?.cleanSince) return;
  await writePlaceholderRenewal(await storage.tenants(), tenant, next);
}

/** Returns up to a thousand users whose placeholder has an old form. */
async function findOutdated(partition: Partition, tenant: Tenant): Promise<readonly string[]> {
  const outdated: string[] = [];
  const select = ['RowKey', 'propertyName', 'propertyValue', 'whenStarted', 'sourceAnchor', 'userPrincipalName'];
  for await (const page of readPages(partition, keysFrom('error|UserPrincipalName|'), { select })) {
    for (const { object, quarantined } of page.map(errorFromRow)) {
      const isOutdated = !hasPlaceholderForm(object.userPrincipalName ?? '', quarantined.propertyValue, tenant);
      if (isOutdated) outdated.push(object.sourceAnchor);
      if (outdated.length === mostRenewed) return outdated;
    }
  }
  return outdated;
}

type Renewal = {
  readonly partition: Partition;
  readonly tenant: Tenant;
  readonly sourceAnchors: readonly string[];
};

async function renewAll(services: Services, { partition, tenant, sourceAnchors }: Renewal): Promise<number> {
  const { random, newId, now } = services;
  const writer = { kind: 'sweep', runId: newId(), now: now() } as const;
  const taken = new Map<ValueKey, StoredValue>();
  let pending = sourceAnchors;
  let renewed = 0;
  for (let attempt = 0; pending.length > 0 && attempt < mostAttempts; attempt++) {
    const objects = await readObjects(partition, pending);
    const chosen = new Set<ValueKey>();
    const isTaken = (candidate: string): boolean =>
      [upnKey(candidate), smtpKey(candidate)].some((key) => taken.has(key) || chosen.has(key));
    const transitions: Transition[] = [];
    for (const { object } of objects.values()) {
      const desired = object?.exported.userPrincipalName;
      if (!object?.placeholder || !desired || hasPlaceholderForm(object.placeholder, desired, tenant)) continue;
      const placeholder = choosePlaceholder(desired, tenant, { isTaken, random });
      // If all placeholders are taken, the user keeps the old one and can still sign in.
      if (placeholder === null) continue;
      chosen.add(upnKey(placeholder));
      transitions.push({ sourceAnchor: object.sourceAnchor, before: object, after: { ...object, placeholder } });
    }
    const known = { objects, values: new Map() };
    const { written, lost } = await commit(partition, transitions, { ...writer, known, placeholderFor: () => null });
    renewed += written.size;
    for (const { sourceAnchor, after } of transitions) {
      if (!lost.has(sourceAnchor) || !after) continue;
      for (const [key, value] of await readPlaceholders(partition, after, tenant)) taken.set(key, value);
    }
    pending = [...lost];
  }
  return renewed;
}
