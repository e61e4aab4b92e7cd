import type { Exportation } from './apply-export.ts';
import type { Folded, WireOperation } from './fold.ts';
import {
  heldBy,
  holderOf,
  type ModelObject,
  type Tenant,
  upnInForce,
  waitersOf,
  type Wish,
  wishesOf,
} from './tenant.ts';
import { addressValue, upnValue, type Value } from './values.ts';

/** An answer's part as plain JSON, without the messages. */
export type Shown = Readonly<Record<string, unknown>>;

function summaryOf(object: ModelObject): Shown {
  const { objectId, objectType, sourceAnchor, exported } = object;
  const { displayName } = exported;
  return { objectId, objectType, displayName, sourceAnchor, userPrincipalName: upnInForce(object) };
}

/** The addresses in force; none of no object. */
export function addressesInForce(object: ModelObject | undefined): readonly string[] {
  const addresses = object ? wishesOf(object).filter(({ propertyName }) => propertyName === 'ProxyAddresses') : [];
  return addresses.filter(({ value }) => !object?.waits.has(value)).map(({ propertyValue }) => propertyValue);
}

/** The provisioning errors of an object as they stand. */
export function provisioningErrorsOf(tenant: Tenant, object: ModelObject | undefined): readonly Shown[] {
  if (!object) return [];
  return wishesOf(object)
    .filter(({ value }) => object.waits.has(value))
    .map((wish) => provisioningError(tenant, object, wish));
}

function provisioningError(tenant: Tenant, object: ModelObject, { value, propertyName, propertyValue }: Wish): Shown {
  const holder = holderOf(tenant, value);
  const attribute = holder && wishesOf(holder).find((wish) => wish.value === value)?.attribute;
  return {
    errorCategory: 'PropertyConflict',
    propertyName,
    propertyValue,
    whenStarted: object.waits.get(value)?.since,
    object: summaryOf(object),
    heldBy: holder ? { ...summaryOf(holder), attribute: attribute ?? 'userPrincipalName' } : null,
  };
}

/** An object as GET shows it. */
export function shownObject(tenant: Tenant, object: ModelObject): Shown {
  const { userPrincipalName, proxyAddresses, mail, exchangeLicensed, attributes } = object.exported;
  return {
    ...summaryOf(object),
    mail: mail !== null && object.waits.has(addressValue(`smtp:${mail}`)) ? null : mail,
    proxyAddresses: addressesInForce(object),
    exchangeLicensed,
    attributes,
    exported: { userPrincipalName, mail, proxyAddresses },
    dirSyncProvisioningErrors: provisioningErrorsOf(tenant, object),
    conflicts: conflictsOf(tenant, object),
  };
}

/** The values that an object has and others wait for. */
function conflictsOf(tenant: Tenant, object: ModelObject): readonly Shown[] {
  const { placeholder } = object;
  const upn: Pick<Wish, 'value' | 'propertyName' | 'propertyValue'>[] =
    placeholder === null
      ? []
      : [{ value: upnValue(placeholder), propertyName: 'UserPrincipalName', propertyValue: placeholder }];
  return [...upn, ...wishesOf(object)]
    .filter(({ value }) => heldBy(object).includes(value))
    .map(({ value, propertyName, propertyValue }) => {
      const waiting = waitersOf(tenant, value).map((waiter) => {
        return { ...summaryOf(waiter), whenStarted: waiter.waits.get(value)?.since };
      });
      return { propertyName, propertyValue, waitingCount: waiting.length, waiting };
    })
    .filter(({ waiting }) => waiting.length > 0);
}

/** The results of an export, one for each operation. */
export function shownResults(
  before: Tenant,
  operations: readonly WireOperation[],
  done: Exportation,
): readonly Shown[] {
  return operations.map(({ sourceAnchor }, index) => {
    const { before: draft, after, failure } = done.folded[index] as Folded;
    const standing = done.tenant.objects.get(sourceAnchor);
    const former = before.objects.get(sourceAnchor);
    // A delete tells of what it deleted; all others of the final errors.
    const isDelete = failure === null && draft !== null && after === null;
    const object = isDelete ? undefined : standing;
    const outcome = outcomeOf(before, { sourceAnchor, index, done });
    return {
      sourceAnchor,
      objectId:
        (isDelete ? (former ?? standing) : (standing ?? (outcome === 'unchanged' ? undefined : former)))?.objectId ??
        null,
      outcome,
      userPrincipalName: object ? upnInForce(object) : null,
      proxyAddresses: addressesInForce(object),
      dirSyncProvisioningErrors: provisioningErrorsOf(done.tenant, object),
      errors: errorsOf(before, { sourceAnchor, index, done }),
    };
  });
}

type At = { readonly sourceAnchor: string; readonly index: number; readonly done: Exportation };

function outcomeOf(before: Tenant, { sourceAnchor, index, done }: At): string {
  const own = done.folded.map((folded, at) =>
    done.operations[at]?.sourceAnchor === sourceAnchor ? asWritten(folded) : null,
  );
  // That an object gets what it waited for is told once, if nothing else changed it.
  const isQuiet = own.every((outcome) => outcome === null || outcome === 'unchanged' || outcome === 'failed');
  const isTold = isQuiet && own[index] === 'unchanged' && own.lastIndexOf('unchanged') === index;
  return isTold && gains(before, done.tenant, sourceAnchor) ? 'updated' : (own[index] as string);
}

function asWritten({ before, after, failure }: Folded): string {
  if (failure !== null) return 'failed';
  if (!after) return before ? 'deleted' : 'unchanged';
  if (!before) return 'created';
  return JSON.stringify(sorted(before.exported)) === JSON.stringify(sorted(after.exported)) ? 'unchanged' : 'updated';
}

/** Whether an object has something after the export that it waited for. */
function gains(before: Tenant, after: Tenant, sourceAnchor: string): boolean {
  const [former, object] = [before.objects.get(sourceAnchor), after.objects.get(sourceAnchor)];
  if (!former || former.objectId !== object?.objectId) return false;
  return [...former.waits.keys()].some((value) => heldBy(object).includes(value));
}

function sorted(exported: ModelObject['exported']): unknown {
  return { ...exported, attributes: Object.entries(exported.attributes).sort() };
}

function errorsOf(before: Tenant, { sourceAnchor, index, done }: At): readonly Shown[] {
  const failure = done.folded[index]?.failure;
  if (failure) return [{ code: failure }];
  const object = done.tenant.objects.get(sourceAnchor);
  if (!object) return [];
  return wishesOf(object)
    .filter(({ value }) => isNewlyAwaited(before, object, value) && done.askedAt(object, value) === index)
    .map((wish) => ({
      code: 'QuarantinedAttributeValueMustBeUnique',
      provisioningError: provisioningError(done.tenant, object, wish),
    }));
}

function isNewlyAwaited(before: Tenant, object: ModelObject, value: Value): boolean {
  const former = before.objects.get(object.sourceAnchor);
  const awaitedBefore = former?.objectId === object.objectId && former.waits.has(value);
  return object.waits.has(value) && !awaitedBefore;
}
