/** What has to be known of the tenant's values before an export can be planned. */
import type { ValueState } from './claims.ts';
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
import { mayBePlaceholder } from './placeholder.ts';
import { proxyAddressKey, smtpKey, textOf, upnKey, type ValueKey } from './values.ts';

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
    if (before && draft === before) {
      // Only rows of an earlier version make an object wait for a placeholder: it gets that now.
      for (const key of awaitedValues(before).keys()) if (mayBePlaceholder(key)) inQuestion.add(key);
      continue;
    }
    if (!before) {
      addWishes(inQuestion, wishesOf(intent));
      continue;
    }
    const held = heldBefore(intent);
    const wanted = new Set<ValueKey>();
    addWishes(wanted, wishesOf(intent));
    const isLicensed = asked.some((step) => step.draft.exported.exchangeLicensed);
    if (before.placeholder && isLicensed) wanted.add(smtpKey(before.placeholder));
    for (const key of wanted) if (!continues || !held.has(key)) inQuestion.add(key);
    const kept = new Set<ValueKey>();
    if (continues && draft) addWishes(kept, wishesWithoutLicence(intent, draft));
    for (const key of held) if (!kept.has(key)) givenUp.add(key);
    for (const key of awaitedValues(before).keys()) inQuestion.add(key);
  }
  addForRefusals(items, intents, inQuestion);
  for (const { before } of intents.values()) {
    if (!before) continue;
    for (const key of awaitedValues(before).keys()) {
      if (!givenUp.has(key)) continue;
      inQuestion.add(key);
      // With a UPN comes its address; that of an address is the address itself.
      if (before.exported.exchangeLicensed) inQuestion.add(smtpKey(textOf(key)));
    }
  }
  return inQuestion;
}

/**
 * Returns the objects, beside those of the export, that must be known before it can be planned: the holders of values
 * in question that may be their placeholders. Behaviour 4.7.
 */
export function holdersInQuestion(
  values: ReadonlyMap<ValueKey, ValueState>,
  objects: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  const holders = new Set<string>();
  for (const [key, { holder }] of values) {
    if (holder !== null && !objects.has(holder) && mayBePlaceholder(key)) holders.add(holder);
  }
  return holders;
}

/**
 * Adds what objects with several operations may want besides, when one of these is refused: then the others give
 * another object, or are applied where they failed before.
 */
function addForRefusals(
  items: readonly ExportItem[],
  intents: FoldedExport['intents'],
  inQuestion: Set<ValueKey>,
): void {
  for (const intent of intents.values()) {
    if (intent.items === 1 || !intent.before) continue;
    for (const key of namedValues(intent.before.exported)) inQuestion.add(key);
  }
  for (const { sourceAnchor, operation } of items) {
    if (!operation || operation.operation === 'delete' || intents.get(sourceAnchor)?.items === 1) continue;
    for (const key of namedValues(operation)) inQuestion.add(key);
  }
}

function addWishes(keys: Set<ValueKey>, { names, addresses }: Wishes): void {
  for (const { key } of names) keys.add(key);
  for (const { key } of addresses) keys.add(key);
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
