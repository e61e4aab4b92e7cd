/** The acts of the demo, in the order of the story. Each sends real requests, and prints what was answered. */
import { compare } from './compare.ts';
import { bold, count, print } from './print.ts';
import {
  describeComparison,
  describeConflicts,
  describeFailures,
  describeReleases,
  describeSides,
  describeSummary,
} from './describe-conflicts.ts';
import type { Client, SentExport } from './client.ts';
import type { RunningMailbox } from '../mailbox.ts';
import type { FindStorageCounts } from './follow-storage-counts.ts';

/** What an act plays with. */
export type Stage = {
  readonly client: Client;
  readonly mailbox: RunningMailbox;
  readonly storageCounts: FindStorageCounts;
};

const firstExport = '1-first-export.json';
const changes = '2-changes.json';
const cleanUp = '3-clean-up.json';
const userPrincipalNameOfUserA = 'User@contoso.com';

/** Loads both companies: nothing is held up by a duplicate, only the duplicate values are quarantined. */
export async function loadBothCompanies(stage: Stage): Promise<void> {
  const sent = await sendExport('Two companies in one tenant', firstExport, stage);
  print(describeConflicts(sent));
  print(describeFailures(sent));
}

/** Shows what the two objects of a conflict say about it, in the example of Microsoft's documentation. */
export async function showBothSides({ client }: Stage): Promise<void> {
  const objects = await client.objects();
  const refused = objects
    .flatMap(({ dirSyncProvisioningErrors }) => dirSyncProvisioningErrors)
    .find(({ propertyValue }) => propertyValue === userPrincipalNameOfUserA);
  const holder = objects.find(({ sourceAnchor }) => sourceAnchor === refused?.heldBy?.sourceAnchor);
  if (!refused || !holder) {
    throw new Error(`Cannot go on: "${userPrincipalNameOfUserA}" is not kept from a user who asked for it`);
  }
  print([bold('Both sides of one conflict'), ...describeSides(refused, holder)]);
}

/** Sends the first export once more, as a client does that did not get the answer: nothing is reported twice. */
export async function sendItAgain(stage: Stage): Promise<void> {
  const { summary } = await sendExport('The same export again', firstExport, stage);
  const { created, updated, deleted, quarantined } = summary;
  if (created + updated + deleted + quarantined > 0) {
    throw new Error(`Cannot go on: the same export again was not harmless: ${JSON.stringify(summary)}`);
  }
}

/** Sends changes: values move and are swapped whatever the order, and conflicts end. */
export async function sendChanges(stage: Stage): Promise<void> {
  const before = await stage.client.objects();
  const sent = await sendExport('Changes', changes, stage);
  print(describeComparison(compare(before, await stage.client.objects())));
  print(describeConflicts(sent));
  print(describeFailures(sent));
}

/** Resolves some conflicts at their source, and sweeps: what came free goes to who waited for it. */
export async function resolveAndSweep(stage: Stage): Promise<void> {
  const { client } = stage;
  await sendExport('The administrators decide', cleanUp, stage);
  const { released, stillWaiting } = await client.sweep();
  if (released.length === 0) throw new Error('Cannot go on: the sweep gave nothing back');
  print([bold('The sweep'), ...describeReleases(released, await client.objects())]);
  print([`  ${count(stillWaiting, 'value')} still in quarantine`]);
}

/** Counts what stands at the end. */
export async function takeStock({ client }: Stage): Promise<void> {
  const objects = await client.objects();
  const waiting = objects.filter(({ dirSyncProvisioningErrors }) => dirSyncProvisioningErrors.length > 0);
  const values = waiting.flatMap(({ dirSyncProvisioningErrors }) => dirSyncProvisioningErrors);
  const quarantine = `${count(values.length, 'value')} of ${count(waiting.length, 'object')} in quarantine`;
  print([bold('What stands'), `  ${count(objects.length, 'object')}, ${quarantine}`]);
}

async function sendExport(title: string, file: string, { client, storageCounts }: Stage): Promise<SentExport> {
  const started = performance.now();
  const sent = await client.export(file);
  const tookMs = Math.round(performance.now() - started);
  const counts = await storageCounts(sent.exportId);
  const cost = counts ? `, ${count(counts.requests, 'storage request')}` : '';
  print([bold(`${title}: samples/${file}`), `  ${describeSummary(sent)}`, `  ${tookMs} ms${cost}`]);
  return sent;
}
