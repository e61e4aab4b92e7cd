/** Allocates the UPNs of an export, and a placeholder to each user whose UPN is quarantined. Behaviour 4.7. */
import { desiredAddresses } from '../objects.ts';
import type { DesiredObject } from '../operation.ts';
import { choosePlaceholder, type PlaceholderForm, placeholderPrefix } from '../placeholder.ts';
import type { OperationFailure } from '../validation.ts';
import { smtpKey, upnKey, type ValueKey } from '../values.ts';
import { desiredBy, desiredValuesOf, type Intent, unchangedSince } from './fold-export.ts';
import {
  desiredSince,
  firstDesiring,
  type Holders,
  isAvailable,
  isHeld,
  type Round,
  type StillDesires,
} from './holders.ts';

/** The placeholders after the export, and the failures of items for which none is left, by their index. */
type AllocatedUserPrincipalNames = {
  readonly placeholders: ReadonlyMap<Intent, string>;
  readonly refused: ReadonlyMap<number, OperationFailure>;
};

/** The round of the UPNs. */
export const userPrincipalNameRound: Round = {
  desired: (intent) => desiredBy(intent).userPrincipalNames,
  desiredAt: (state) => desiredValuesOf(state).userPrincipalNames,
};

/** A placeholder is not desired: the service invented it, so it never blocks an object. */
const stillDesires: StillDesires = (intent, key) => desiredUserPrincipalName(intent)?.key === key;

function desiredUserPrincipalName(intent: Intent) {
  return desiredBy(intent).userPrincipalNames[0];
}

/** What the choice of a placeholder depends on. */
type Choice = {
  readonly holders: Holders;
  /** The first object of the export that desires a UPN. */
  readonly firsts: ReadonlyMap<ValueKey, Intent>;
  readonly desiringAddress: (key: ValueKey) => readonly Intent[];
  readonly form: PlaceholderForm;
  readonly random: () => number;
};

/** Allocates the UPNs. `random` returns 0 to below 1. */
export function allocateUserPrincipalNames(
  holders: Holders,
  { placeholderForm: form, random }: { readonly placeholderForm: PlaceholderForm; readonly random: () => number },
): AllocatedUserPrincipalNames {
  const firsts = firstDesiring(holders, userPrincipalNameRound);
  const available = new Set([...firsts.keys()].filter((key) => isAvailable(key, holders, stillDesires)));
  const getsOwn = (intent: Intent, key: ValueKey): boolean =>
    (available.has(key) && firsts.get(key) === intent) || isHeld(key, intent);

  const placeholders = new Map<Intent, string>();
  const refused = new Map<number, OperationFailure>();
  const chosen = new Set<ValueKey>();
  const choice: Choice = { holders, firsts, desiringAddress: addressIndex(holders), form, random };
  for (const intent of holders.intents.values()) {
    const own = desiredUserPrincipalName(intent);
    if (!own || getsOwn(intent, own.key)) continue;
    const present = presentPlaceholder(intent);
    const placeholder =
      present !== null && isKept(present, intent, choice) ? present : choose(own.address, intent, { choice, chosen });
    if (placeholder === null) {
      const failing = failingFor(present, intent, choice);
      if (failing) refused.set(failing.index, noneLeft(own.address, failing, { intent, present, form }));
      // No operation can fail for it: the user keeps its present placeholder.
      else if (present !== null) placeholders.set(intent, present);
      continue;
    }
    chosen.add(upnKey(placeholder));
    placeholders.set(intent, placeholder);
  }
  return { placeholders, refused };
}

/** Returns the placeholder of a user whose desired UPN is the same as before; null if the user has none to keep. */
function presentPlaceholder({ continues, before, desired }: Intent): string | null {
  const [earlier, now] = [before?.exported.userPrincipalName, desired?.exported.userPrincipalName];
  return continues && before?.placeholder && earlier && now && upnKey(earlier) === upnKey(now)
    ? before.placeholder
    : null;
}

/**
 * Reports whether a user keeps its placeholder: no object of the export desires it, and a licensed user holds the
 * address of the placeholder too, or can get it.
 */
function isKept(placeholder: string, intent: Intent, { holders, firsts, desiringAddress }: Choice): boolean {
  if (firsts.has(upnKey(placeholder))) return false;
  if (!isLicensed(intent)) return true;
  const address = smtpKey(placeholder);
  const desiring = desiringAddress(address);
  if (desiring.includes(intent) && isHeld(address, intent)) return true;
  if (desiring.some((other) => other !== intent)) return false;
  return isHeld(address, intent) || isAvailable(address, holders, () => false);
}

/** Chooses a placeholder that no object holds, waits for or desires in this export; null if none is left. */
function choose(
  own: string,
  intent: Intent,
  { choice, chosen }: { readonly choice: Choice; readonly chosen: ReadonlySet<ValueKey> },
): string | null {
  const { holders, firsts, desiringAddress, form, random } = choice;
  const isTaken = (candidate: string): boolean => {
    const [key, address] = [upnKey(candidate), smtpKey(candidate)];
    return (
      chosen.has(key) ||
      firsts.has(key) ||
      isOccupied(key, holders) ||
      (isLicensed(intent) && (isOccupied(address, holders) || desiringAddress(address).length > 0))
    );
  };
  return choosePlaceholder(own, form, { isTaken, random });
}

function isLicensed({ desired }: Intent): boolean {
  return desired?.exported.exchangeLicensed === true;
}

/** Returns the objects of the export that desire an address by `proxyAddresses` or `mail`. Built at the first call. */
function addressIndex({ intents }: Holders): (key: ValueKey) => readonly Intent[] {
  let desiring: Map<ValueKey, Intent[]> | undefined;
  const build = (): Map<ValueKey, Intent[]> => {
    const index = new Map<ValueKey, Intent[]>();
    for (const intent of intents.values()) {
      if (!intent.desired) continue;
      for (const { key } of desiredAddresses(intent.desired.exported, null)) {
        const others = index.get(key);
        if (others) others.push(intent);
        else index.set(key, [intent]);
      }
    }
    return index;
  };
  return (key) => (desiring ??= build()).get(key) ?? [];
}

function isOccupied(key: ValueKey, { values }: Holders): boolean {
  const value = values.get(key);
  return value !== undefined && (value.holder !== null || value.waiting > 0);
}

/** An operation that must fail because no placeholder is left for a user, and its object. */
type Failing = { readonly index: number; readonly sourceAnchor: string };

/**
 * Returns the operation that must fail if no placeholder is left for a user: the user's own, or, if the export has none
 * for the user, the operation that desires the user's present placeholder.
 */
function failingFor(present: string | null, intent: Intent, choice: Choice): Failing | undefined {
  const own = desiredUserPrincipalName(intent)?.key as ValueKey;
  if (intent.states.length > 0) {
    return { index: desiredSince(own, intent, userPrincipalNameRound), sourceAnchor: intent.sourceAnchor };
  }
  if (present === null) return undefined;
  const first = choice.firsts.get(upnKey(present));
  if (first) {
    return { index: desiredSince(upnKey(present), first, userPrincipalNameRound), sourceAnchor: first.sourceAnchor };
  }
  const address = smtpKey(present);
  const other = choice.desiringAddress(address).find(({ states }) => states.length > 0);
  const desires = ({ exported }: DesiredObject): boolean =>
    desiredAddresses(exported, null).some(({ key }) => key === address);
  return other && { index: unchangedSince(other, desires), sourceAnchor: other.sourceAnchor };
}

function noneLeft(
  own: string,
  { sourceAnchor }: Failing,
  { intent, present, form }: { intent: Intent; present: string | null; form: PlaceholderForm },
): OperationFailure {
  const why =
    sourceAnchor === intent.sourceAnchor
      ? `its userPrincipalName "${own}" is a duplicate, and all 10,000 placeholders`
      : `it desires "${present}", which is the placeholder of object "${intent.sourceAnchor}", and all 10,000 placeholders`;
  return {
    code: 'AttributeValueMustBeUnique',
    message: `Cannot write object "${sourceAnchor}": ${why} "${placeholderPrefix(own, form)}0000@${form.initialDomain}" to 9999 are taken. Resolve other conflicts over this prefix first, or change the value.`,
  };
}
