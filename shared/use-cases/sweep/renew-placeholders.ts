/**
 * Renews the placeholders of a tenant after its separator or initial domain changed, in bounded steps.
 *
 * Each user is one transaction on its ETag; who is faster, an export or another sweep, wins, and the next scan looks
 * again. An export that began before the change may still choose a placeholder of the earlier form: so the renewal is
 * over only when a scan finds none, long enough after the first that did.
 */
import { choosePlaceholder, hasPlaceholderForm } from '../../directory/placeholder.ts';
import type { Transition } from '../../directory/transitions/transition.ts';
import { smtpKey, upnKey, type ValueKey } from '../../directory/values.ts';
import type { Services } from '../../services.ts';
import { commit } from '../../store/commit.ts';
import { keysFrom } from '../../store/keys.ts';
import { type Partition, readPages } from '../../store/partition.ts';
import { readObjects, readPlaceholders } from '../../store/read-directory.ts';
import { errorFromRow, type StoredValue } from '../../store/rows.ts';
import { type Tenant, writePlaceholderRenewal } from '../../store/tenants.ts';

/** So many users get another placeholder in one sweep; the next sweep goes on. */
const mostRenewed = 1_000;
const mostAttempts = 5;

/** No export runs that long: all that began before a change have ended by then. */
const longestExportMs = 15 * 60_000;

/** Renews placeholders of an earlier form, a thousand at most; returns how many users got another one. */
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

/** Returns the users, a thousand at most, whose placeholder has not the present form. */
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
      const own = object?.exported.userPrincipalName;
      if (!object?.placeholder || !own || hasPlaceholderForm(object.placeholder, own, tenant)) continue;
      const placeholder = choosePlaceholder(own, tenant, { isTaken, random });
      // With all of them taken the user keeps what it has: it can sign in.
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
