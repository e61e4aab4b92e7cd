import { describe, expect, it } from 'vitest';
import {
  exportSchema,
  featureSchema,
  mailRequestSchema,
  operationSchema,
  tenantIdSchema,
  tenantSchema,
} from '../../../shared/http/schemas.ts';

const tenant = { initialDomain: 'contoso.onmicrosoft.com', recipients: ['admin@contoso.com'] };
const add = { operation: 'add', sourceAnchor: 'joe', objectType: 'User' };

describe('tenantSchema', () => {
  it('completes a registration with the defaults', () => {
    expect(tenantSchema.parse(tenant)).toEqual({
      ...tenant,
      placeholderSeparator: '+',
      mailTimeZone: 'UTC',
      mailHour: 8,
      accidentalDeletionThreshold: 500,
      retentionDays: 400,
    });
  });

  it.each([
    ['a domain of 49 characters', { initialDomain: `${'a'.repeat(45)}.com` }],
    ['a domain without a dot', { initialDomain: 'contoso' }],
    ['a blank name', { displayName: ' ' }],
    ['half of a surrogate pair', { displayName: '\ud83d' }],
    ['a recipient without a domain', { recipients: ['admin'] }],
    ['501 recipients', { recipients: Array.from({ length: 501 }, (_, number) => `a${number}@contoso.com`) }],
    ['another separator', { placeholderSeparator: '-' }],
    ['an unknown time zone', { mailTimeZone: 'Mars/Olympus' }],
    ['the hour 24', { mailHour: 24 }],
    ['half a day', { retentionDays: 0.5 }],
    ['an unknown property', { mailMinute: 5 }],
  ])('refuses %s', (_, changed) => {
    expect(tenantSchema.safeParse({ ...tenant, ...changed }).success).toBe(false);
  });

  it('accepts a domain of 48 characters', () => {
    expect(tenantSchema.safeParse({ ...tenant, initialDomain: `${'a'.repeat(44)}.com` }).success).toBe(true);
  });
});

describe('exportSchema', () => {
  it('accepts 25,000 operations and refuses one more, by their number alone', () => {
    const operations = Array.from({ length: 25_001 }, () => 7);
    const [issue, ...others] = exportSchema.safeParse({ operations }).error?.issues ?? [];
    expect(issue?.message).toBe('has 25001 entries, at most 25000 are allowed');
    expect(others).toEqual([]);
    expect(exportSchema.safeParse({ operations: operations.slice(1).map(() => add) }).success).toBe(true);
  });

  it.each([-1, 1.5, '3'])('refuses %j as the number of allowed deletions', (allowDeletes) => {
    expect(exportSchema.safeParse({ operations: [], allowDeletes }).success).toBe(false);
  });
});

describe('operationSchema', () => {
  it.each([
    ['an add', add],
    ['a delete', { operation: 'delete', sourceAnchor: 'joe' }],
    ['null properties', { ...add, operation: 'update', mail: null, proxyAddresses: null, attributes: null }],
    ['attributes', { ...add, attributes: { department: 'Sales', otherPhones: ['1', '2'], title: null } }],
  ])('accepts %s', (_, operation) => {
    expect(operationSchema.safeParse(operation).success).toBe(true);
  });

  it.each([
    ['another operation', { ...add, operation: 'rename' }, 'operation'],
    ['a delete with attributes', { operation: 'delete', sourceAnchor: 'joe', mail: 'x' }, ''],
    ['another type', { ...add, objectType: 'Device' }, 'objectType'],
    ['an address that is not a text', { ...add, proxyAddresses: ['smtp:a@b.c', 7] }, 'proxyAddresses.1'],
    ['an attribute that is a number', { ...add, attributes: { age: 7 } }, 'attributes.age'],
  ])('refuses %s, with its place', (_, operation, place) => {
    expect(operationSchema.safeParse(operation).error?.issues.map(({ path }) => path.join('.'))).toEqual([place]);
  });
});

describe('mailRequestSchema', () => {
  it('sends to the recipients of the tenant unless others are named', () => {
    expect(mailRequestSchema.parse({})).toEqual({ dryRun: false });
    expect(mailRequestSchema.safeParse({ to: [] }).success).toBe(false);
  });
});

describe('featureSchema', () => {
  it('accepts the answer to a GET', () => {
    expect(featureSchema.safeParse({ dirSyncFeature: 'DuplicateUPNResiliency', enabled: true }).success).toBe(true);
  });
});

describe('tenantIdSchema', () => {
  it.each([
    ['contoso', true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['Contoso', false],
    ['contoso~2', false],
    ['', false],
  ])('decides about "%s": %s', (id, isValid) => {
    expect(tenantIdSchema.safeParse(id).success).toBe(isValid);
  });
});
