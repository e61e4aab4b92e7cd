import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { touchedValues, valueChanges, type Transition } from '../../../../shared/directory/transitions/transition.ts';
import { clusterTransitions, orderCluster } from '../../../../shared/directory/transitions/cluster-transitions.ts';
import { cutTransition, type WrittenTransition } from '../../../../shared/directory/transitions/cut-transition.ts';
import { foldExport } from '../../../../shared/directory/export/fold-export.ts';
import {
  quarantinedValues,
  type DirectoryObject,
  heldValues,
  isHeldAsPlaceholder,
  type ObjectType,
  proxyAddressesOf,
  quarantinedKey,
  userPrincipalNameOf,
} from '../../../../shared/directory/objects.ts';
import type { Operation } from '../../../../shared/directory/operation.ts';
import { type DirectoryState, type ExportPlan, planExport } from '../../../../shared/directory/export/plan-export.ts';
import type { PlaceholderForm } from '../../../../shared/directory/placeholder.ts';
import { planSteps } from '../../../../shared/directory/transitions/plan-steps.ts';
import { fold, proxyAddressKey, smtpKey, spaceOf, upnKey, type ValueKey } from '../../../../shared/directory/values.ts';
import {
  contoso,
  emptyTenant,
  itemsOf,
  monday,
  remove,
  sequence,
  stateOf,
  type Tenant,
  update,
  inQuestionFor,
} from '../fixtures.ts';

// Few anchors, names and addresses, so that nearly every export has conflicts. The digits of the placeholders of
// earlier exports begin at 4821 and those of the planned one at 7000, so that exports can desire another object's
// placeholder, and a new one is told from the old.
const domain = contoso.initialDomain;
const anchors = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const usualType: Readonly<Record<(typeof anchors)[number], ObjectType>> = {
  a: 'User',
  b: 'User',
  c: 'User',
  d: 'User',
  e: 'Group',
  f: 'Contact',
};
const userPrincipalNames = ['x@contoso.com', 'X@Contoso.com', 'y@contoso.com', `x4821@${domain}`, `X4822@${domain}`];
const mails = ['x@contoso.com', 'Y@contoso.com', 'z@contoso.com', `x4821@${domain}`, `x+4821@${domain}`];
const addresses = [
  ...mails.flatMap((mail) => [`SMTP:${mail}`, `smtp:${mail.toUpperCase()}`]),
  'X500:/o=contoso',
  'x500:/O=Contoso',
  'sip:x@contoso.com',
  'SIP:y@contoso.com',
];

const mostly = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: usual, weight: 30 }, { arbitrary: rare, weight: 1 });

const write = fc.constantFrom(...anchors).chain((sourceAnchor) => {
  const changes = {
    displayName: fc.constantFrom<string | null>('Name', 'Other name', null),
    mail: mostly<string | null>(fc.constantFrom(...mails, null), fc.constant('no mail')),
    proxyAddresses: fc.oneof(
      fc.array(mostly(fc.constantFrom(...addresses), fc.constant('no type')), { maxLength: 4 }),
      fc.constant(null),
    ),
    exchangeLicensed: fc.constantFrom<boolean | null>(true, false, null),
    attributes: fc.constantFrom<Record<string, string | null> | null>({ city: 'Rome' }, { city: null }, {}, null),
  };
  const usual = usualType[sourceAnchor];
  const objectType = mostly<ObjectType>(fc.constant(usual), fc.constantFrom('User', 'Group', 'Contact'));
  const name = mostly<string | null>(fc.constantFrom(...userPrincipalNames), fc.constantFrom('not one', null));
  const userPrincipalName = usual === 'User' ? name : fc.constant(undefined);
  return fc.oneof(
    {
      arbitrary: fc
        .record({ ...changes, objectType, userPrincipalName }, { requiredKeys: ['objectType', 'userPrincipalName'] })
        .map((rest) => ({ ...rest, operation: 'add' as const, sourceAnchor })),
      weight: 3,
    },
    {
      arbitrary: fc
        .record({ ...changes, objectType, userPrincipalName }, { requiredKeys: [] })
        .map((rest) => ({ ...rest, operation: 'update' as const, sourceAnchor })),
      weight: 2,
    },
  );
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { arbitrary: write, weight: 4 },
  { arbitrary: fc.constantFrom(...anchors).map(remove), weight: 1 },
  // Desires nothing new, and can be given what it waits for all the same.
  { arbitrary: fc.constantFrom(...anchors).map((anchor) => update(anchor, {})), weight: 2 },
);

/** An export of any operations, also several on one object. */
const anyExport = fc.array(operation, { maxLength: 9 });
/** An export with at most one operation on each object. */
const plainExport = fc.uniqueArray(operation, { selector: ({ sourceAnchor }) => sourceAnchor, maxLength: 6 });

const form: fc.Arbitrary<PlaceholderForm> = fc
  .constantFrom('+' as const, '' as const)
  .map((placeholderSeparator) => ({ initialDomain: domain, placeholderSeparator }));

type Scenario = { readonly form: PlaceholderForm; readonly tenant: Tenant; readonly operations: readonly Operation[] };

function scenario(operations: fc.Arbitrary<readonly Operation[]>): fc.Arbitrary<Scenario> {
  return fc
    .record({ form, exports: fc.array(anyExport, { maxLength: 4 }), operations })
    .map(({ exports, ...rest }) => ({ ...rest, tenant: tenantOf(exports, rest.form) }));
}

function tenantOf(exports: readonly (readonly Operation[])[], placeholderForm: PlaceholderForm): Tenant {
  return exports.reduce<Tenant>((tenant, operations, round) => {
    const settings = { form: placeholderForm, round, random: () => 0.4821 };
    return applied(tenant, planned(tenant, operations, settings));
  }, emptyTenant);
}

type Settings = {
  readonly form: PlaceholderForm;
  readonly round: number;
  readonly random: () => number;
  readonly values?: DirectoryState['values'];
};

function planned(tenant: Tenant, operations: readonly Operation[], { form, round, random, values }: Settings) {
  let objects = 0;
  return planExport(
    itemsOf(operations),
    { objects: tenant, values: values ?? stateOf(tenant).values },
    {
      placeholderForm: form,
      now: new Date(monday.getTime() + round * 60_000),
      random,
      newObjectId: () => `object-${round}-${++objects}`,
    },
  );
}

function applied(tenant: Tenant, { transitions }: Pick<ExportPlan, 'transitions'>): Tenant {
  const next = new Map(tenant);
  for (const { sourceAnchor, after } of transitions) {
    if (after) next.set(sourceAnchor, after);
    else next.delete(sourceAnchor);
  }
  return next;
}

function run({ form, tenant, operations }: Scenario, values?: DirectoryState['values']) {
  const settings = { form, round: 10, random: sequence(0.7), ...(values && { values }) };
  const plan = planned(tenant, operations, settings);
  return { plan, before: tenant, after: applied(tenant, plan) };
}

/** What an object desires, in the words of the rule. */
function desires(object: DirectoryObject, userPrincipalName = userPrincipalNameOf(object)): ReadonlySet<ValueKey> {
  const { exported } = object;
  const keys = new Set(exported.proxyAddresses.map(proxyAddressKey));
  if (exported.userPrincipalName !== null) keys.add(upnKey(exported.userPrincipalName));
  if (exported.mail !== null && !exported.proxyAddresses.some((address) => address.startsWith('SMTP:'))) {
    keys.add(smtpKey(exported.mail));
  }
  if (exported.exchangeLicensed && userPrincipalName !== null) keys.add(smtpKey(userPrincipalName));
  return keys;
}

/** The values that an object desires by itself: not its placeholder, nor the address of that, which are invented. */
function desiresItself(object: DirectoryObject): ReadonlySet<ValueKey> {
  return desires(object, object.placeholder === null ? object.exported.userPrincipalName : null);
}

/** Says which of the rules that always hold a tenant breaks. */
function disorderOf(tenant: Tenant): readonly string[] {
  const holders = new Map<ValueKey, string>();
  const problems: string[] = [];
  for (const object of tenant.values()) {
    const { sourceAnchor, placeholder, quarantined } = object;
    const check = (holds: boolean, problem: string): unknown => holds || problems.push(`${sourceAnchor}: ${problem}`);
    const name = userPrincipalNameOf(object);
    const has = new Set(proxyAddressesOf(object).map(proxyAddressKey));
    if (name !== null) has.add(upnKey(name));
    for (const key of has) {
      check(!holders.has(key), `has ${key}, as ${holders.get(key)} does`);
      holders.set(key, sourceAnchor);
    }
    const awaited = new Set(quarantined.map(quarantinedKey));
    check(awaited.size === quarantined.length, 'waits twice for one value');
    const wanted = desires(object);
    for (const key of awaited) {
      check(wanted.has(key), `waits for ${key}, which it does not want`);
      check(!has.has(key), `waits for ${key}, which it has`);
      check(spaceOf(key) !== 'other', `waits for ${key}, which is never quarantined`);
    }
    const address = placeholder === null ? undefined : smtpKey(placeholder);
    check(
      !address || !awaited.has(address) || desiresItself(object).has(address),
      'waits for the address of its placeholder',
    );
    for (const key of wanted) check(has.has(key) || awaited.has(key), `neither has ${key} nor waits for it`);
    check((name !== null) === (object.objectType === 'User'), 'is a user without a UPN, or has one without being one');
    const waitsForName = quarantined.some(({ propertyName }) => propertyName === 'UserPrincipalName');
    check(
      (placeholder !== null) === waitsForName,
      'has a placeholder without waiting for its UPN, or waits without one',
    );
  }
  return problems;
}

/** The outcome of one value in an export. */
type Story = {
  readonly key: ValueKey;
  readonly holderBefore: string | null;
  readonly waitingBefore: number;
  /** How many of those who waited before still desire the value. */
  readonly stillAsking: number;
  readonly holderAfter: string | null;
  /** The holder, if it still wants the value. */
  readonly keeper: string | null;
  /** The objects of the export that desire the value and did not have it, in the order of the list. */
  readonly claimants: readonly string[];
};

function storiesOf({ plan, before, after }: ReturnType<typeof run>): readonly Story[] {
  const [valuesBefore, valuesAfter] = [stateOf(before).values, stateOf(after).values];
  const goesOn = (anchor: string): boolean => before.get(anchor)?.objectId === after.get(anchor)?.objectId;
  const written = plan.results.filter(({ outcome }) => outcome !== 'failed' && outcome !== 'deleted');
  const keys = new Set([...valuesBefore.keys(), ...valuesAfter.keys()]);
  return [...keys].map((key) => {
    const holderBefore = valuesBefore.get(key)?.holder ?? null;
    const kept = holderBefore !== null && goesOn(holderBefore) ? after.get(holderBefore) : undefined;
    const claimantsBy = (of: (object: DirectoryObject) => ReadonlySet<ValueKey>): readonly string[] =>
      written
        .filter(({ object, sourceAnchor }) => object && of(object).has(key) && sourceAnchor !== kept?.sourceAnchor)
        .map(({ sourceAnchor }) => sourceAnchor as string);
    // An invented name counts only if no object desires the value by itself.
    const real = claimantsBy(desiresItself);
    const isInvented = kept !== undefined && heldValues(kept).has(key) && !desiresItself(kept).has(key);
    const isKept = kept !== undefined && (desiresItself(kept).has(key) || (isInvented && real.length === 0));
    const claimants = real.length > 0 ? real : claimantsBy(desires);
    return {
      key,
      holderBefore,
      waitingBefore: valuesBefore.get(key)?.waiting ?? 0,
      stillAsking: [...before.values()].filter(
        (object) => quarantinedValues(object).has(key) && goesOn(object.sourceAnchor) && asksFor(after, object, key),
      ).length,
      holderAfter: valuesAfter.get(key)?.holder ?? null,
      keeper: isKept ? holderBefore : null,
      claimants: [...new Set(claimants)],
    };
  });
}

function asksFor(tenant: Tenant, { sourceAnchor }: DirectoryObject, key: ValueKey): boolean {
  const object = tenant.get(sourceAnchor);
  return object !== undefined && (quarantinedValues(object).has(key) || heldValues(object).has(key));
}

function isNewPlaceholder({ key }: Pick<Story, 'key'>): boolean {
  return /7\d{3}@contoso\.onmicrosoft\.com$/.test(key);
}

describe('planExport, for any tenant and any export', () => {
  it('gives no value two holders, keeps or quarantines every desired value, and gives every user a UPN', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        expect(disorderOf(given.tenant)).toEqual([]);
        expect(disorderOf(run(given).after)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves a value with its holder while the holder wants it', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        for (const story of storiesOf(run(given))) {
          if (story.keeper !== null) expect(story.holderAfter, story.key).toBe(story.keeper);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives a value that the export vacates to an object of the export that desires it, whoever waits', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        for (const { key, holderBefore, keeper, claimants, holderAfter } of storiesOf(run(given))) {
          if (holderBefore === null || keeper !== null) continue;
          if (claimants.length === 0) expect(holderAfter, key).toBeNull();
          else expect(claimants, key).toContain(holderAfter);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives a free value to the first in the list that desires it', () => {
    fc.assert(
      fc.property(scenario(plainExport), (given) => {
        for (const story of storiesOf(run(given))) {
          const isFree = story.holderBefore !== null || story.stillAsking === 0;
          if (story.keeper !== null || !isFree || isNewPlaceholder(story)) continue;
          expect(story.holderAfter, story.key).toBe(story.claimants[0] ?? null);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives a value that became free earlier, and that others go on waiting for, to no one', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        for (const { key, holderBefore, stillAsking, holderAfter } of storiesOf(run(given))) {
          if (holderBefore === null && stillAsking > 0) expect(holderAfter, key).toBeNull();
        }
      }),
      { numRuns: 500 },
    );
  });

  it('chooses no placeholder that an object has, waits for or desires', () => {
    fc.assert(
      fc.property(scenario(anyExport), ({ form, tenant, operations }) => {
        const settings = { form, round: 10, random: () => 0.4821 };
        const plan = planned(tenant, operations, settings);
        const stories = storiesOf({ plan, before: tenant, after: applied(tenant, plan) });
        for (const { after, before } of plan.transitions) {
          if (
            !after?.placeholder ||
            (after.placeholder === before?.placeholder && after.objectId === before.objectId)
          ) {
            continue;
          }
          const keys = [upnKey(after.placeholder)];
          if (after.exported.exchangeLicensed) keys.push(smtpKey(after.placeholder));
          const isExported = plan.results.some(
            ({ sourceAnchor, outcome }) => sourceAnchor === after.sourceAnchor && outcome !== 'failed',
          );
          for (const { key, ...story } of stories.filter((each) => keys.includes(each.key))) {
            const claimants = key === keys[0] || !isExported ? [] : [after.sourceAnchor];
            expect(story, key).toMatchObject({ holderBefore: null, waitingBefore: 0, claimants });
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('lets no object wait for a value that another holds only as its placeholder (4.7)', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const { after } = run(given);
        const { values } = stateOf(after);
        for (const object of after.values()) {
          for (const key of quarantinedValues(object).keys()) {
            const holder = after.get(values.get(key)?.holder ?? '');
            if (holder) expect(isHeldAsPlaceholder(holder, key), `${object.sourceAnchor} waits for ${key}`).toBe(false);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leaves a user its placeholder, unless an object desires it or the licensed user cannot have its address (4.7)', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const { plan, after } = run(given);
        for (const { sourceAnchor, before, after: user } of plan.transitions) {
          if (!before?.placeholder || !user?.placeholder || before.objectId !== user.objectId) continue;
          if (fold(before.exported.userPrincipalName ?? '') !== fold(user.exported.userPrincipalName ?? '')) continue;
          if (before.placeholder === user.placeholder) continue;
          const keys = [upnKey(before.placeholder)];
          if (user.exported.exchangeLicensed) keys.push(smtpKey(before.placeholder));
          const others = [...after.values()].filter((other) => other.sourceAnchor !== sourceAnchor);
          expect(others.some((other) => keys.some((key) => desiresItself(other).has(key)))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('plans the same when it knows only the values in question', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const whole = stateOf(given.tenant).values;
        const inQuestion = inQuestionFor(itemsOf(given.operations), given.tenant);
        const known = new Map([...whole].filter(([key]) => inQuestion.has(key)));
        expect(run(given, known).plan).toEqual(run(given).plan);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('valuesInQuestion, for any export', () => {
  it('names every value whose row a plan must have read: all taken, begun and ended, but for new placeholders', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const inQuestion = inQuestionFor(itemsOf(given.operations), given.tenant);
        for (const { taken, started, stopped } of run(given).plan.transitions.map(valueChanges)) {
          const keys = [...taken, ...[...started, ...stopped].map(({ key }) => key)];
          expect(keys.filter((key) => !inQuestion.has(key) && !isNewPlaceholder({ key }))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('planExport, the results of any export', () => {
  it('says of each operation the outcome for its object', () => {
    fc.assert(
      fc.property(scenario(plainExport), (given) => {
        const { plan, before, after } = run(given);
        for (const { sourceAnchor, outcome, object, objectId, failure } of plan.results) {
          const [was, is] = [before.get(sourceAnchor ?? ''), after.get(sourceAnchor ?? '')];
          const truth = was === is ? 'unchanged' : !was ? 'created' : !is ? 'deleted' : 'updated';
          // An operation that fails changes nothing, but another object may take the placeholder of its user.
          const isMoved = outcome === 'failed' && was !== is;
          if (isMoved)
            expect(isDisplaced({ sourceAnchor: sourceAnchor ?? '', before: was, after: is }, after)).toBe(true);
          else expect(outcome === 'failed' ? 'unchanged' : outcome).toBe(truth);
          expect(failure !== undefined).toBe(outcome === 'failed');
          expect(object).toBe(is);
          expect(objectId).toBe((is ?? was)?.objectId ?? null);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives a result for each operation, and a transition for each object that changes, also for several on one', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const { plan, before, after } = run(given);
        expect(plan.results.map(({ index, sourceAnchor }) => ({ index, sourceAnchor }))).toEqual(
          given.operations.map(({ sourceAnchor }, index) => ({ index, sourceAnchor })),
        );
        expect(new Set(plan.transitions.map(({ sourceAnchor }) => sourceAnchor)).size).toBe(plan.transitions.length);
        for (const transition of plan.transitions) {
          expect(transition.before).toBe(before.get(transition.sourceAnchor));
          expect(transition.after).not.toEqual(transition.before);
          const outcomes = plan.results
            .filter(({ sourceAnchor }) => sourceAnchor === transition.sourceAnchor)
            .map(({ outcome }) => outcome);
          const isWritten = outcomes.some((outcome) => outcome !== 'failed' && outcome !== 'unchanged');
          expect(isWritten || isDisplaced(transition, after)).toBe(true);
        }
        for (const { object, outcome, sourceAnchor } of plan.results) {
          expect(object).toBe(outcome === 'deleted' ? undefined : after.get(sourceAnchor ?? ''));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reports each new quarantine once, at an operation that succeeded, and no other', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const { plan, before, after } = run(given);
        for (const anchor of anchors) {
          const [was, is] = [before.get(anchor), after.get(anchor)];
          const standing = was && was.objectId === is?.objectId ? was.quarantined.map(quarantinedKey) : [];
          const fresh = (is?.quarantined ?? []).map(quarantinedKey).filter((key) => !standing.includes(key));
          const results = plan.results.filter(({ sourceAnchor }) => sourceAnchor === anchor);
          const reported = results.flatMap(({ newlyQuarantined }) => newlyQuarantined.map(quarantinedKey));
          expect(reported.toSorted()).toEqual(fresh.toSorted());
          for (const { outcome, newlyQuarantined } of results) {
            if (outcome === 'failed' || outcome === 'deleted') expect(newlyQuarantined).toEqual([]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('fails an operation for an address of another type only when another object has it or desires it too', () => {
    const otherAddresses = (asked: Operation | undefined): readonly ValueKey[] =>
      asked === undefined || asked.operation === 'delete'
        ? []
        : (asked.proxyAddresses ?? []).map(proxyAddressKey).filter((key) => spaceOf(key) === 'other');
    fc.assert(
      fc.property(scenario(plainExport), (given) => {
        const { plan, before, after } = run(given);
        for (const { index, sourceAnchor, failure } of plan.results) {
          if (failure?.code !== 'AttributeValueMustBeUnique') continue;
          const keys = otherAddresses(given.operations[index]);
          const holders = keys.map((key) => stateOf(after).values.get(key)?.holder);
          const isHeld = holders.some((holder) => holder && holder !== sourceAnchor);
          // Two that desire one address can both fail: the winner because it desires another one that the loser keeps.
          const others = given.operations.toSpliced(index, 1).flatMap(otherAddresses);
          expect(isHeld || keys.some((key) => others.includes(key))).toBe(true);
          expect(before.get(sourceAnchor ?? '')).toBe(after.get(sourceAnchor ?? ''));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the start of a quarantine that goes on, and starts the others now', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const { plan } = run(given);
        for (const { before, after } of plan.transitions) {
          const standing = new Map(
            before && before.objectId === after?.objectId
              ? before.quarantined.map((entry) => [quarantinedKey(entry), entry.whenStarted])
              : [],
          );
          for (const entry of after?.quarantined ?? []) {
            const now = new Date(monday.getTime() + 600_000).toISOString();
            expect(entry.whenStarted).toBe(standing.get(quarantinedKey(entry)) ?? now);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing for the same export again: what failed fails, the rest is unchanged', () => {
    fc.assert(
      fc.property(scenario(plainExport), (given) => {
        const first = run(given);
        const again = planned(first.after, given.operations, { form: given.form, round: 11, random: sequence(0.8) });
        expect(again.transitions).toEqual([]);
        again.results.forEach((result, index) => {
          const { outcome, failure, object } = first.plan.results[index] as (typeof first.plan.results)[number];
          expect(result.outcome).toBe(outcome === 'failed' ? 'failed' : 'unchanged');
          expect(result.failure?.code).toBe(failure?.code);
          expect(result.object).toBe(object);
          expect(result.newlyQuarantined).toEqual([]);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same in any order, when no two objects desire one value that they do not have', () => {
    const permuted = scenario(plainExport).chain((given) =>
      fc
        .shuffledSubarray([...given.operations], { minLength: given.operations.length })
        .map((operations) => ({ given, shuffled: { ...given, operations } })),
    );
    fc.assert(
      fc.property(permuted, ({ given, shuffled }) => {
        fc.pre(!hasTies(given));
        expect(withoutChance(run(shuffled))).toEqual(withoutChance(run(given)));
      }),
      { numRuns: 500 },
    );
  });
});

/** Reports whether another object took the placeholder of a user, who got another one and stayed as it was otherwise. */
function isDisplaced({ sourceAnchor, before, after }: Transition, tenant: Tenant): boolean {
  if (!before?.placeholder || !after?.placeholder) return false;
  const { values } = stateOf(tenant);
  const takers = [upnKey(before.placeholder), smtpKey(before.placeholder)].map((key) => values.get(key)?.holder);
  expect({ ...after, placeholder: before.placeholder }).toEqual(before);
  return takers.some((taker) => taker && taker !== sourceAnchor);
}

/** Tells whether two objects of an export desire one value that neither has. */
function hasTies({ tenant, operations }: Scenario): boolean {
  const asked = new Set<ValueKey>();
  for (const { before, desired, states } of foldExport(itemsOf(operations), tenant, new Map()).intents.values()) {
    if (!desired || states.length === 0) continue;
    const wanted = { ...desired, sourceAnchor: '', objectId: '', placeholder: null, quarantined: [] };
    const held = before ? heldValues(before) : new Set<ValueKey>();
    const onPlaceholder = before?.placeholder ? desires(wanted, before.placeholder) : [];
    for (const key of new Set([...desires(wanted), ...onPlaceholder])) {
      if (held.has(key)) continue;
      if (asked.has(key)) return true;
      asked.add(key);
    }
  }
  return false;
}

/** What came of an export, by source anchor, but for object ids, the digits of new placeholders, and places in the list. */
function withoutChance({ plan, before, after }: ReturnType<typeof run>): unknown {
  const text = JSON.stringify({
    tenant: [...after].toSorted().map(([anchor, object]) => ({
      ...object,
      objectId: before.get(anchor)?.objectId === object.objectId,
    })),
    results: plan.results
      .map(({ sourceAnchor, outcome, failure, newlyQuarantined }) => ({
        sourceAnchor,
        outcome,
        code: failure?.code,
        newlyQuarantined,
      }))
      .toSorted((left, right) => (left.sourceAnchor ?? '').localeCompare(right.sourceAnchor ?? '')),
  });
  return JSON.parse(text.replaceAll(/7\d{3}@/g, '7###@').replaceAll(/,"place":\d+/g, ''));
}

describe('valueChanges, for any plan', () => {
  it('adds up to the outcome for every value', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const { plan, before, after } = run(given);
        const values = new Map(stateOf(before).values);
        const change = (key: ValueKey, holder: string | null | undefined, waiting: number): void => {
          const value = values.get(key) ?? { holder: null, waiting: 0 };
          values.set(key, {
            holder: holder === undefined ? value.holder : holder,
            waiting: value.waiting + waiting,
          });
        };
        const changes = plan.transitions.map((transition) => ({ transition, ...valueChanges(transition) }));
        for (const { transition, vacated } of changes) {
          for (const key of vacated) {
            expect(values.get(key)?.holder).toBe(transition.sourceAnchor);
            change(key, null, 0);
          }
        }
        for (const { transition, taken, started, stopped } of changes) {
          for (const key of taken) {
            expect(values.get(key)?.holder ?? null).toBeNull();
            change(key, transition.sourceAnchor, 0);
          }
          for (const { key } of started) change(key, undefined, 1);
          for (const { key } of stopped) change(key, undefined, -1);
        }
        const inUse = [...values].filter(([, { holder, waiting }]) => holder !== null || waiting !== 0);
        expect(new Map(inUse)).toEqual(stateOf(after).values);
      }),
      { numRuns: 500 },
    );
  });
});

describe('clustersOf, for any plan', () => {
  it('puts each transition in one cluster and each value in one cluster at most', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const { transitions } = run(given).plan;
        const clusters = clusterTransitions(transitions);
        expect(new Set(clusters.flat())).toEqual(new Set(transitions));
        expect(clusters.flat()).toHaveLength(transitions.length);
        const values = clusters.map((cluster) => new Set(cluster.flatMap((each) => touchedValues(valueChanges(each)))));
        const total = values.reduce((sum, { size }) => sum + size, 0);
        expect(new Set(values.flatMap((keys) => [...keys])).size).toBe(total);
      }),
      { numRuns: 500 },
    );
  });

  it('makes no cluster larger than the values in common require', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        for (const cluster of clusterTransitions(run(given).plan.transitions)) {
          const [first, ...rest] = cluster.map((each) => new Set(touchedValues(valueChanges(each))));
          const reached = first ?? new Set<ValueKey>();
          for (let open = rest; open.length > 0;) {
            const next = open.filter((keys) => !reached.isDisjointFrom(keys));
            expect(next).not.toEqual([]);
            for (const keys of next) for (const key of keys) reached.add(key);
            open = open.filter((keys) => !next.includes(keys));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('orderOf, for any plan', () => {
  it('vacates each value before it is taken, but for those that it lists as early', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const { plan, before } = run(given);
        for (const cluster of clusterTransitions(plan.transitions)) {
          const { ordered, early } = orderCluster(cluster);
          expect(new Set(ordered)).toEqual(new Set(cluster));
          expect(ordered).toHaveLength(cluster.length);
          const held = new Set([...before.values()].flatMap((object) => [...heldValues(object)]));
          for (const transition of ordered) {
            const { taken, vacated } = valueChanges(transition);
            for (const key of vacated) held.delete(key);
            expect(taken.filter((key) => held.has(key))).toEqual(early.get(transition) ?? []);
            for (const key of taken) held.add(key);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leads, with holding back and cutting, through states that are all in order to the planned one', () => {
    fc.assert(
      fc.property(scenario(anyExport), (given) => {
        const { plan, before, after } = run(given);
        let tenant = before;
        let placeholders = 0;
        const placeholderFor = (name: string): string => name.replace(/@.*/, `${9_000 + placeholders++}@${domain}`);
        const steps = { now: new Date(monday.getTime() + 600_000), placeholderFor, rowsPerTransaction: rows };
        for (const cluster of clusterTransitions(plan.transitions)) {
          for (const step of planSteps(cluster, steps)) {
            expect(tenant.get(step.sourceAnchor)).toBe(step.before);
            tenant = applied(tenant, { transitions: [step] });
            expect(disorderOf(tenant)).toEqual([]);
          }
        }
        expect(tenant).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });
});

const rows = 100;

// An object with up to 400 addresses out of 500, before and after: some of them are held by others, and some fall free.
const pool = Array.from({ length: 500 }, (_, n) => (n % 50 === 7 ? `X500:/o=${n}` : `a${n}@contoso.com`));

const addressList = fc
  .record({
    start: fc.nat(pool.length - 1),
    count: fc.oneof(fc.nat(400), fc.constantFrom(0, 1, 22, 23, 24, 44, 45, 399, 400)),
    primaries: fc.uniqueArray(fc.nat(30), { maxLength: 4 }),
    isUpperCase: fc.boolean(),
    twice: fc.boolean(),
  })
  .map(({ start, count, primaries, isUpperCase, twice }) => {
    const list = Array.from({ length: count }, (_, n) => pool[(start + n) % pool.length] as string);
    const written = list.map((text, n) => {
      if (text.startsWith('X500:')) return text;
      return `${primaries.includes(n) ? 'SMTP' : 'smtp'}:${isUpperCase ? text.toUpperCase() : text}`;
    });
    return twice ? [...written, ...written.map((text) => text.toLowerCase())].slice(0, 400) : written;
  });

const smtpOfPool = fc.nat(pool.length - 1).map((n) => `a${n - (n % 50 === 7 ? 1 : 0)}@contoso.com`);

const largeUser = fc.record({
  userPrincipalName: smtpOfPool,
  proxyAddresses: addressList,
  mail: fc.option(smtpOfPool),
  exchangeLicensed: fc.boolean(),
});

const largeTransition = fc
  .record({
    first: fc.option(largeUser),
    last: fc.option(largeUser),
    held: fc.array(fc.record({ name: smtpOfPool, list: addressList, isLater: fc.boolean() }), { maxLength: 3 }),
    isReplaced: fc.boolean(),
  })
  .map(({ first, last, held, isReplaced }): Transition => {
    const holder = ({ name, list }: (typeof held)[number], n: number, isThere: boolean): Operation => ({
      operation: 'add',
      sourceAnchor: `h${n}`,
      objectType: 'User',
      userPrincipalName: isThere ? name : `h${n}@contoso.com`,
      proxyAddresses: isThere ? list.filter((text) => !text.startsWith('X500:')) : [],
    });
    const asked = (user: typeof first): Operation[] =>
      user ? [{ operation: 'add', sourceAnchor: 'a', objectType: 'User', ...user }] : [remove('a')];
    const settings = { form: contoso, round: 0, random: () => 0.4821 };
    const initial = [...held.map((each, n) => holder(each, n, !each.isLater)), ...asked(first)];
    const tenant = applied(emptyTenant, planned(emptyTenant, initial, settings));
    const later = [
      ...held.map((each, n) => holder(each, n, each.isLater)),
      ...(isReplaced ? [remove('a')] : []),
      ...asked(last),
    ];
    const after = applied(tenant, planned(tenant, later, { ...settings, round: 1 }));
    return { sourceAnchor: 'a', before: tenant.get('a'), after: after.get('a') };
  })
  .filter(({ before, after }) => before !== after);

function rowsOf({ before, after, restamp }: WrittenTransition): number {
  const state = (object: DirectoryObject | undefined) => ({
    held: object ? heldValues(object) : new Set<ValueKey>(),
    errors: new Map(object?.quarantined.map((entry) => [`${quarantinedKey(entry)} ${entry.whenStarted}`, entry])),
  });
  const [was, is] = [state(before), state(after)];
  const begun = [...is.errors].filter(([error]) => !was.errors.has(error));
  const ended = [...was.errors].filter(([error]) => !is.errors.has(error));
  const values = new Set([
    ...is.held.symmetricDifference(was.held),
    ...[...begun, ...ended].map(([, entry]) => quarantinedKey(entry)),
  ]);
  const kept = is.errors.size - begun.length;
  const objectRows = before && after ? 1 : 2;
  // The first object that waits for a vacant value also ends the vacancy and begins another.
  return objectRows + 2 * values.size + 3 * begun.length + 2 * ended.length + (restamp?.size ?? kept);
}

describe('cutTransition, for an object with up to 400 addresses', () => {
  it('gives parts of at most as many rows as fit, that lead from the object before to the object after', () => {
    fc.assert(
      fc.property(largeTransition, fc.constantFrom(40, rows), (transition, most) => {
        const parts = cutTransition(transition, most);
        let previous = transition.before;
        parts.forEach((part, index) => {
          expect(part.before).toBe(previous);
          expect(part.isPart ?? false).toBe(index < parts.length - 1);
          expect(rowsOf(part)).toBeLessThanOrEqual(most);
          previous = part.after;
        });
        expect(previous).toBe(transition.after);
      }),
      { numRuns: 150 },
    );
  });

  it('leads through states that hold nothing foreign, and take nothing back', () => {
    fc.assert(
      fc.property(largeTransition, (transition) => {
        const states = [transition.before, ...cutTransition(transition, rows).map(({ after }) => after)];
        const held = states.map((object) => (object ? heldValues(object) : new Set<ValueKey>()));
        const [first, last] = [held[0], held.at(-1)] as [Set<ValueKey>, Set<ValueKey>];
        held.forEach((keys, index) => {
          expect(keys.isSubsetOf(first.union(last))).toBe(true);
          const next = held[index + 1] ?? last;
          const gained = next.difference(keys);
          const lost = keys.difference(next);
          expect(gained.isSubsetOf(last)).toBe(true);
          expect(lost.isDisjointFrom(last)).toBe(true);
        });
        for (const object of states) {
          if (object) expect(disorderOf(new Map([['a', object]]))).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('writes the rows of each error that goes on once, when there is more than one part', () => {
    fc.assert(
      fc.property(largeTransition, (transition) => {
        const parts = cutTransition(transition, rows);
        fc.pre(parts.length > 1);
        const kept = valueChanges(transition).ongoing.map(({ key }) => key);
        expect(parts.flatMap(({ restamp }) => [...(restamp ?? [])])).toEqual(kept);
        for (const { shownAs } of parts) expect(shownAs).toBe(transition.after);
      }),
      { numRuns: 100 },
    );
  });
});
