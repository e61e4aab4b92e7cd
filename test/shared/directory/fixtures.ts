import type { ValueState, ValueKey } from '../../../shared/directory/values.ts';
import { type ExportItem, foldExport } from '../../../shared/directory/export/fold-export.ts';
import { quarantinedValues, type DirectoryObject, heldValues } from '../../../shared/directory/objects.ts';
import type { Operation, WriteOperation } from '../../../shared/directory/operation.ts';
import { planExport, type DirectoryState, type ExportPlan } from '../../../shared/directory/export/plan-export.ts';
import type { PlaceholderForm } from '../../../shared/directory/placeholder.ts';
import { valuesInQuestion } from '../../../shared/directory/export/values-in-question.ts';

export const monday = new Date('2026-11-16T08:00:00.000Z');
export const tuesday = new Date('2026-11-17T08:00:00.000Z');

export const contoso: PlaceholderForm = { initialDomain: 'contoso.onmicrosoft.com', placeholderSeparator: '+' };

/** A tenant in plain values: the objects, from which the values follow, and values that are vacant with waiters. */
export type Tenant = ReadonlyMap<string, DirectoryObject>;

export const emptyTenant: Tenant = new Map();

export function user(sourceAnchor: string, rest: Omit<Partial<WriteOperation>, 'operation'> = {}): WriteOperation {
  return {
    operation: 'add',
    sourceAnchor,
    objectType: 'User',
    displayName: `User ${sourceAnchor}`,
    userPrincipalName: `${sourceAnchor}@contoso.com`,
    ...rest,
  };
}

export function group(sourceAnchor: string, ...proxyAddresses: string[]): WriteOperation {
  return {
    operation: 'add',
    sourceAnchor,
    objectType: 'Group',
    displayName: `Group ${sourceAnchor}`,
    proxyAddresses,
  };
}

export function contact(sourceAnchor: string, ...proxyAddresses: string[]): WriteOperation {
  return { ...group(sourceAnchor, ...proxyAddresses), objectType: 'Contact', displayName: `Contact ${sourceAnchor}` };
}

export function update(sourceAnchor: string, changes: Partial<WriteOperation>): WriteOperation {
  return { ...changes, operation: 'update', sourceAnchor };
}

export function remove(sourceAnchor: string): Operation {
  return { operation: 'delete', sourceAnchor };
}

export function itemsOf(operations: readonly Operation[]): ExportItem[] {
  return operations.map((operation, index) => ({ index, sourceAnchor: operation.sourceAnchor, operation }));
}

/** Derives the whole state of a tenant from its objects: no object holds a value that no object lists. */
export function stateOf(tenant: Tenant): DirectoryState {
  const values = new Map<ValueKey, ValueState>();
  const vacant: ValueState = { holder: null, waiting: 0 };
  for (const object of tenant.values()) {
    for (const key of heldValues(object)) {
      values.set(key, { ...(values.get(key) ?? vacant), holder: object.sourceAnchor });
    }
    for (const key of quarantinedValues(object).keys()) {
      const value = values.get(key) ?? vacant;
      values.set(key, { ...value, waiting: value.waiting + 1 });
    }
  }
  return { objects: tenant, values };
}

/** Draws from a fixed sequence, so that a placeholder's digits are the same in every run. */
export function sequence(start = 0.4821): () => number {
  let next = start;
  return () => {
    const drawn = next;
    next = (next + 0.0007) % 1;
    return drawn;
  };
}

let objects = 0;

/** Returns the values that must be known before an export can be planned. */
export function inQuestionFor(items: readonly ExportItem[], tenant: Tenant): ReadonlySet<ValueKey> {
  return valuesInQuestion(items, foldExport(items, tenant));
}

/** Plans an export against a tenant and applies it; gives the plan and the tenant afterwards. */
export function exportTo(
  tenant: Tenant,
  operations: readonly Operation[],
  { now = monday, random = sequence(), form = contoso } = {},
): { plan: ExportPlan; tenant: Tenant } {
  const items = itemsOf(operations);
  const inQuestion = inQuestionFor(items, tenant);
  const placeholders = (key: string): boolean => key.endsWith(`@${form.initialDomain}`);
  // No more is known than the values in question, and placeholders that turned out to be taken.
  const values = new Map([...stateOf(tenant).values].filter(([key]) => inQuestion.has(key) || placeholders(key)));
  const plan = planExport(
    items,
    { objects: tenant, values },
    {
      placeholderForm: form,
      now,
      random,
      newObjectId: () => `object-${++objects}`,
    },
  );
  const next = new Map(tenant);
  for (const { sourceAnchor, after } of plan.transitions) {
    if (after) next.set(sourceAnchor, after);
    else next.delete(sourceAnchor);
  }
  return { plan, tenant: next };
}

/** Returns a group that holds what it has: for many of them, faster than an export. */
export function groupWith(sourceAnchor: string, ...proxyAddresses: string[]): DirectoryObject {
  const attributes = {
    displayName: null,
    userPrincipalName: null,
    mail: null,
    exchangeLicensed: false,
    attributes: {},
  };
  const objectId = `object-${++objects}`;
  const exported = { ...attributes, proxyAddresses };
  return { sourceAnchor, objectId, objectType: 'Group', exported, placeholder: null, quarantined: [] };
}

/** Returns the tenant after several exports, one after the other. */
export function tenantAfter(...exports: (readonly Operation[])[]): Tenant {
  return exports.reduce<Tenant>((tenant, operations) => exportTo(tenant, operations).tenant, emptyTenant);
}
