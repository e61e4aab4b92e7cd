/** What has to be known of the tenant's values before an export can be planned. */
import {
  type ExportItem,
  type FoldedExport,
  heldBefore,
  type Intent,
  type Wishes,
  wishesOf,
  wishesOfDraft,
} from './fold-export.ts';
import { awaitedValues } from './objects.ts';
import type { Draft, WriteOperation } from './operations.ts';
import { proxyAddressKey, smtpKey, spaceOf, textOf, upnKey, type ValueKey } from './values.ts';

/**
 * Gives the values that must be known before a folded export can be planned, beside its objects.
 *
 * These are the values asked for and not held, those no longer waited for, and those waited for that the export may
 * give up. A value that an object merely keeps, or merely gives up, is not among them; nor is a new placeholder.
 */
export function valuesInQuestion(items: readonly ExportItem[], { intents }: FoldedExport): ReadonlySet<ValueKey> {
  const inQuestion = new Set<ValueKey>();
  const givenUp = new Set<ValueKey>();
  for (const intent of intents.values()) {
    const { before, draft, asked, continues } = intent;
    // A user who gets its own UPN, or asks for another, gives its placeholder up.
    if (before?.placeholder) givenUp.add(upnKey(before.placeholder)).add(smtpKey(before.placeholder));
    if (before && draft === before) continue;
    if (!before) {
      for (const step of asked) addWishes(inQuestion, stepWishes(intent, step.draft));
      continue;
    }
    const held = heldBefore(intent);
    const wanted = new Set<ValueKey>();
    for (const step of asked) {
      addWishes(wanted, stepWishes(intent, step.draft));
      if (before.placeholder && step.draft.exported.exchangeLicensed) wanted.add(smtpKey(before.placeholder));
    }
    for (const key of wanted) if (!continues || !held.has(key)) inQuestion.add(key);
    const kept = new Set<ValueKey>();
    if (continues && draft) addWishes(kept, wishesWithoutLicence(intent, draft));
    for (const key of held) if (!kept.has(key)) givenUp.add(key);
    for (const key of awaitedValues(before).keys()) if (!continues || !wanted.has(key)) inQuestion.add(key);
  }
  if (items.length > intents.size) addForRefusals(items, { intents, inQuestion, givenUp });
  if (givenUp.size === 0) return inQuestion;
  for (const { before } of intents.values()) {
    if (!before) continue;
    for (const key of awaitedValues(before).keys()) {
      if (!givenUp.has(key)) continue;
      inQuestion.add(key);
      if (before.exported.exchangeLicensed && spaceOf(key) === 'upn') inQuestion.add(smtpKey(textOf(key)));
    }
  }
  return inQuestion;
}

/**
 * Adds what objects with several operations may want and give up besides, when one of these is refused: then the others
 * give another object, or are applied where they failed before.
 */
function addForRefusals(
  items: readonly ExportItem[],
  {
    intents,
    inQuestion,
    givenUp,
  }: { intents: ReadonlyMap<string, Intent>; inQuestion: Set<ValueKey>; givenUp: Set<ValueKey> },
): void {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { sourceAnchor } of items) {
    if (sourceAnchor !== null) (seen.has(sourceAnchor) ? repeated : seen).add(sourceAnchor);
  }
  for (const sourceAnchor of repeated) {
    const intent = intents.get(sourceAnchor);
    const before = intent?.before;
    if (!before) continue;
    for (const key of heldBefore(intent)) givenUp.add(key);
    for (const key of [...namedValues(before.exported), ...awaitedValues(before).keys()]) inQuestion.add(key);
  }
  for (const { sourceAnchor, operation } of items) {
    if (sourceAnchor === null || !repeated.has(sourceAnchor) || operation?.operation === 'delete') continue;
    if (operation) for (const key of namedValues(operation)) inQuestion.add(key);
  }
}

function addWishes(keys: Set<ValueKey>, { names, addresses }: Wishes): void {
  for (const { key } of names) keys.add(key);
  for (const { key } of addresses) keys.add(key);
}

function stepWishes(intent: Intent, draft: Draft): Wishes {
  return draft === intent.draft ? wishesOf(intent) : wishesOfDraft(draft);
}

/** What is wanted for certain: an address calculated from the UPN only where the UPN is had, which is not known yet. */
function wishesWithoutLicence(intent: Intent, draft: Draft): Wishes {
  const { exported } = draft;
  return exported.exchangeLicensed
    ? wishesOfDraft({ ...draft, exported: { ...exported, exchangeLicensed: false } })
    : wishesOf(intent);
}

/** All values that could be made of what is exported. */
function namedValues({
  userPrincipalName,
  mail,
  proxyAddresses,
}: Partial<Pick<WriteOperation, 'userPrincipalName' | 'mail' | 'proxyAddresses'>>): readonly ValueKey[] {
  const keys = proxyAddresses?.map(proxyAddressKey) ?? [];
  if (userPrincipalName) keys.push(upnKey(userPrincipalName), smtpKey(userPrincipalName));
  if (mail) keys.push(smtpKey(mail));
  return keys;
}
