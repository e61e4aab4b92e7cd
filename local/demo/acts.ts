/** The acts of the demo. Each sends real requests, and prints the answers. */
import { count } from '../../cli/show/count.ts';
import type { RunningMailbox } from '../mailbox.ts';
import type { Client, SentExport } from './client.ts';
import { compare } from './compare.ts';
import { describeComparison, describeReleases } from './describe-comparison.ts';
import { describeConflicts, describeSides } from './describe-conflicts.ts';
import { describeFailures, describeSummary } from './describe-summary.ts';
import type { FindStorageCounts } from './follow-storage-counts.ts';
import { bold, print } from './print.ts';
import { sendMail } from './send-mail.ts';

/** What the acts need. */
export type DemoStage = {
  readonly client: Client;
  readonly mailbox: RunningMailbox;
  readonly storageCounts: FindStorageCounts;
};

/** The acts in the order of the story. */
export const acts: readonly ((stage: DemoStage) => Promise<void>)[] = [
  loadBothCompanies,
  showBothSides,
  sendItAgain,
  sendChanges,
  resolveAndSweep,
  takeStock,
  sendMail,
];

const firstExport = '1-first-export.json';
const changes = '2-changes.json';
const cleanUp = '3-clean-up.json';
const userPrincipalNameOfUserA = 'User@contoso.com';

/** Loads both companies: duplicates hold up no object, only the duplicate values are quarantined. */
async function loadBothCompanies(stage: DemoStage): Promise<void> {
  const sent = await sendExport('Two companies in one tenant', firstExport, stage);
  print(describeConflicts(sent));
  print(describeFailures(sent));
}

/** Shows a conflict from both sides, in the example of Microsoft's documentation. */
async function showBothSides({ client }: DemoStage): Promise<void> {
  const objects = await client.objects();
  const error = objects
    .flatMap(({ dirSyncProvisioningErrors }) => dirSyncProvisioningErrors)
    .find(({ propertyValue }) => propertyValue === userPrincipalNameOfUserA);
  const holder = objects.find(({ sourceAnchor }) => sourceAnchor === error?.heldBy?.sourceAnchor);
  if (!error || !holder) {
    throw new Error(`Cannot continue the demo: "${userPrincipalNameOfUserA}" is not quarantined.`);
  }
  print([bold('Both sides of one conflict'), ...describeSides(error, holder)]);
}

/** Sends the first export again, like a client that did not get the answer: nothing is reported twice. */
async function sendItAgain(stage: DemoStage): Promise<void> {
  const { summary } = await sendExport('The same export again', firstExport, stage);
  const { created, updated, deleted, quarantined } = summary;
  if (created + updated + deleted + quarantined > 0) {
    throw new Error(`Cannot continue the demo: the same export again changed objects: ${JSON.stringify(summary)}.`);
  }
}

/** Sends changes: values move and are swapped in any order, and conflicts end. */
async function sendChanges(stage: DemoStage): Promise<void> {
  const before = await stage.client.objects();
  const sent = await sendExport('Changes', changes, stage);
  print(describeComparison(compare(before, await stage.client.objects())));
  print(describeConflicts(sent));
  print(describeFailures(sent));
}

/** Resolves some conflicts at their source, and sweeps: each vacated value is released to the object that waited for it. */
async function resolveAndSweep(stage: DemoStage): Promise<void> {
  const { client } = stage;
  await sendExport('The administrators decide', cleanUp, stage);
  const { released, stillWaiting } = await client.sweep();
  if (released.length === 0) throw new Error('Cannot continue the demo: the sweep released nothing.');
  print([bold('The sweep'), ...describeReleases(released, await client.objects())]);
  print([`  ${count(stillWaiting, 'value')} still quarantined`]);
}

/** Counts the objects and the quarantined values at the end. */
async function takeStock({ client }: DemoStage): Promise<void> {
  const objects = await client.objects();
  const waiting = objects.filter(({ dirSyncProvisioningErrors }) => dirSyncProvisioningErrors.length > 0);
  const values = waiting.flatMap(({ dirSyncProvisioningErrors }) => dirSyncProvisioningErrors);
  const quarantined = `${count(values.length, 'value')} quarantined on ${count(waiting.length, 'object')}`;
  print([bold('At the end'), `  ${count(objects.length, 'object')}, ${quarantined}`]);
}

async function sendExport(title: string, file: string, { client, storageCounts }: DemoStage): Promise<SentExport> {
  const started = performance.now();
  const sent = await client.export(file);
  const tookMs = Math.round(performance.now() - started);
  const counts = await storageCounts(sent.exportId);
  const cost = counts ? `, ${count(counts.requests, 'storage request')}` : '';
  print([bold(`${title}: samples/${file}`), `  ${describeSummary(sent)}`, `  ${tookMs} ms${cost}`]);
  return sent;
}
