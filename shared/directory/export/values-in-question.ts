/** The part of a directory that must be known before an export can be planned. */
import { quarantinedValues } from '../objects.ts';
import type { DesiredObject, WriteOperation } from '../operation.ts';
import { mayBePlaceholder } from '../placeholder.ts';
import { proxyAddressKey, smtpKey, textOf, upnKey, type ValueKey, type ValueState } from '../values.ts';
import {
  desiredBy,
  type DesiredValues,
  desiredValuesOf,
  type ExportItem,
  type FoldedExport,
  heldBefore,
  type Intent,
} from './fold-export.ts';

/**
 * Returns the values that must be known before a folded export can be planned, besides its objects.
 *
 * These are the values that its objects desire and do not hold, those that they stop waiting for, and those that they
 * wait for and the export may vacate. Values that an object keeps or only vacates are not among them; nor is a new
 * placeholder.
 */
export function valuesInQuestion(items: readonly ExportItem[], { intents }: FoldedExport): ReadonlySet<ValueKey> {
  const inQuestion = new Set<ValueKey>();
  const vacated = new Set<ValueKey>();
  for (const intent of intents.values()) {
    addValues(intent, inQuestion);
    for (const key of vacatedBy(intent)) vacated.add(key);
  }
  addForRefusals(items, intents, inQuestion);
  for (const { before } of intents.values()) {
    if (!before) continue;
    for (const key of quarantinedValues(before).keys()) {
      if (!vacated.has(key)) continue;
      inQuestion.add(key);
      // With a UPN comes its calculated address; for an address this is the address itself.
      if (before.exported.exchangeLicensed) inQuestion.add(smtpKey(textOf(key)));
    }
  }
  return inQuestion;
}

/** Adds the values that an object desires and does not hold, and those that it waited for. */
function addValues(intent: Intent, inQuestion: Set<ValueKey>): void {
  const { before, desired, states, continues } = intent;
  if (!before) {
    addDesired(inQuestion, desiredBy(intent));
    return;
  }
  const waitingFor = quarantinedValues(before).keys();
  if (desired === before) {
    // Only rows of an earlier version make an object wait for a placeholder: it gets the value now.
    for (const key of waitingFor) if (mayBePlaceholder(key)) inQuestion.add(key);
    return;
  }
  const held = heldBefore(intent);
  const desiredValues = new Set<ValueKey>();
  addDesired(desiredValues, desiredBy(intent));
  const isLicensed = states.some((state) => state.desired.exported.exchangeLicensed);
  if (before.placeholder && isLicensed) desiredValues.add(smtpKey(before.placeholder));
  for (const key of desiredValues) if (!continues || !held.has(key)) inQuestion.add(key);
  for (const key of waitingFor) inQuestion.add(key);
}

/** Returns the values that an object vacates, or may vacate. */
function vacatedBy(intent: Intent): readonly ValueKey[] {
  const { before, desired, continues } = intent;
  if (!before) return [];
  // A user vacates its placeholder when it gets its own UPN, or desires another one.
  const placeholder = before.placeholder ? [upnKey(before.placeholder), smtpKey(before.placeholder)] : [];
  if (desired === before) return placeholder;
  const kept = new Set<ValueKey>();
  if (continues && desired) addDesired(kept, desiredForCertain(intent, desired));
  return [...placeholder, ...[...heldBefore(intent)].filter((key) => !kept.has(key))];
}

/**
 * Returns the objects, besides those of the export, that must be known before it can be planned: the holders of values
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
 * Adds the values that objects with several operations may desire if one of these is refused: the others then lead to
 * another object, or succeed where they failed before.
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

function addDesired(keys: Set<ValueKey>, { userPrincipalNames, addresses }: DesiredValues): void {
  for (const { key } of userPrincipalNames) keys.add(key);
  for (const { key } of addresses) keys.add(key);
}

/** The values desired for certain: whether a user gets its UPN, and with it the calculated address, is not known yet. */
function desiredForCertain(intent: Intent, desired: DesiredObject): DesiredValues {
  const { exported } = desired;
  return exported.exchangeLicensed
    ? desiredValuesOf({ ...desired, exported: { ...exported, exchangeLicensed: false } })
    : desiredBy(intent);
}

/** All values that exported attributes can lead to. */
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
