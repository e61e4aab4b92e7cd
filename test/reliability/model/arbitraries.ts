import fc from 'fast-check';
import type { WireOperation } from './fold.ts';

/** One request of a history; `again` sends the export before it once more. */
export type Step =
  | { readonly kind: 'export'; readonly operations: readonly WireOperation[] }
  | { readonly kind: 'again' }
  | { readonly kind: 'sweep' };

/** The source anchors that histories are about: few, so that they meet again and again. */
export const anchors = ['a', 'b', 'c', 'd', 'e/+', 'F', 'f'] as const;
const usualType: Readonly<Record<string, string>> = {
  a: 'User',
  b: 'User',
  c: 'User',
  d: 'Group',
  'e/+': 'Contact',
  F: 'User',
  f: 'Group',
};

const userPrincipalName = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('x@contoso.com', 'X@Contoso.com', 'y@contoso.com', 'z@fabrikam.com') },
  // Stand for the placeholder that a user has at that time. With a separator it is no UPN that can be exported.
  { weight: 1, arbitrary: fc.constantFrom('<placeholder of a>', '<placeholder of b>', '<placeholder of F>') },
);
const mail = fc.constantFrom('x@contoso.com', 'Y@contoso.com', 'm@contoso.com', null);
const address = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'smtp:x@contoso.com',
      'SMTP:X@contoso.com',
      'smtp:y@contoso.com',
      'SMTP:m@contoso.com',
      'smtp:z@fabrikam.com',
      'Smtp:q@contoso.com',
      'SMTP:r@contoso.com',
      'smtp:r@contoso.com',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom('X500:/o=contoso', 'x500:/O=contoso', 'X500:/o=other', 'sip:x@contoso.com') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('smtp:<placeholder of a>', 'SMTP:<placeholder of b>', 'smtp:<placeholder of c>'),
  },
);
const proxyAddresses = fc.uniqueArray(address, { maxLength: 4 });
const displayName = fc.constantFrom('One', 'Two', null);
const attributes = fc.constantFrom<Record<string, unknown>>(
  { department: 'Sales' },
  { department: null },
  { department: ['A', 'B'], city: 'Bonn' },
);

const wrong = fc.constantFrom<Record<string, unknown>>(
  { userPrincipalName: 'x+y@contoso.com' },
  { userPrincipalName: 'x@contoso' },
  { userPrincipalName: null },
  { displayName: ' ' },
  { mail: 'no address' },
  { proxyAddresses: ['smtp:x@contoso.com', 'smtp:two@at@contoso.com'] },
  { proxyAddresses: ['no type'] },
  { objectType: 'Contact' },
  { objectType: 'User' },
);

const add = fc
  .record({
    sourceAnchor: fc.constantFrom(...anchors),
    userPrincipalName,
    fields: fc.record(
      { displayName, mail, proxyAddresses, exchangeLicensed: fc.boolean(), attributes },
      { requiredKeys: [] },
    ),
  })
  .map(({ sourceAnchor, userPrincipalName: upn, fields }): WireOperation => {
    const objectType = usualType[sourceAnchor] as string;
    const name = objectType === 'User' ? { userPrincipalName: upn } : {};
    return { operation: 'add', sourceAnchor, objectType, ...name, ...fields };
  });

const update = fc
  .record({
    sourceAnchor: fc.constantFrom(...anchors),
    fields: fc.record(
      {
        userPrincipalName,
        displayName,
        mail,
        proxyAddresses: fc.option(proxyAddresses, { freq: 8 }),
        exchangeLicensed: fc.constantFrom(true, false, null),
        attributes,
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ sourceAnchor, fields }): WireOperation => {
    const { userPrincipalName: upn, ...rest } = fields;
    const isUser = usualType[sourceAnchor] === 'User';
    return {
      operation: 'update',
      sourceAnchor,
      ...rest,
      ...(isUser && upn !== undefined ? { userPrincipalName: upn } : {}),
    };
  });

const remove = fc
  .constantFrom(...anchors)
  .map((sourceAnchor): WireOperation => ({ operation: 'delete', sourceAnchor }));
const invalid = fc
  .tuple(fc.oneof(add, update), wrong)
  .map(([operation, change]): WireOperation => ({ ...operation, ...change }));

/** One operation, mostly in order. */
export const operation: fc.Arbitrary<WireOperation> = fc.oneof(
  { weight: 8, arbitrary: add },
  { weight: 6, arbitrary: update },
  { weight: 3, arbitrary: remove },
  { weight: 1, arbitrary: invalid },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(operation, { minLength: 1, maxLength: 6 })
      .map((operations): Step => ({ kind: 'export', operations })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'again' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ kind: 'sweep' }) },
);

/** A history: what happens to one tenant, in order. */
export const history: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 4, maxLength: 14 });

/** So many addresses that two blocks of them, or one that is quarantined, do not fit one transaction: that is cut. */
const blockSize = 55;
const block = fc
  .constantFrom('x', 'y', 'z')
  .map((name) => Array.from({ length: blockSize }, (_, n) => `smtp:${name}${n}@contoso.com`));
const wideAddresses = fc
  .tuple(
    fc.array(block, { maxLength: 3 }),
    fc.uniqueArray(fc.constantFrom('SMTP:x1@contoso.com', 'smtp:r@contoso.com')),
  )
  .map(([blocks, others]) => [...new Set([...others, ...blocks.flat()])]);
const wideWrite = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: add }, { weight: 2, arbitrary: update }),
    fc.option(wideAddresses, { freq: 5 }),
  )
  .map(([operation, addresses]): WireOperation => {
    return { ...operation, ...(addresses ? { proxyAddresses: addresses } : {}) };
  });
const wideOperations = fc.array(fc.oneof({ weight: 8, arbitrary: wideWrite }, { weight: 1, arbitrary: remove }), {
  minLength: 1,
  maxLength: 4,
});
const wideStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: wideOperations.map((operations): Step => ({ kind: 'export', operations })) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'again' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ kind: 'sweep' }) },
);

/** A history of objects with so many addresses that most exports, and many sweeps, are cut into several transactions. */
export const wideHistory: fc.Arbitrary<readonly Step[]> = fc.array(wideStep, { minLength: 3, maxLength: 8 });

/** A request of one of several clients at the same time; without operations it is a sweep. */
export type HotRequest = { readonly operations?: readonly WireOperation[] };

const hotAnchor = fc.constantFrom('a', 'b', 'c', 'd');
const hotAddresses = fc.uniqueArray(fc.constantFrom('smtp:x@contoso.com', 'SMTP:y@contoso.com', 'X500:/o=x'), {
  maxLength: 3,
});
const hotWrite = fc
  .record({
    operation: fc.constantFrom('add', 'update'),
    sourceAnchor: hotAnchor,
    userPrincipalName: fc.constantFrom('x@contoso.com', 'y@contoso.com'),
    proxyAddresses: hotAddresses,
    exchangeLicensed: fc.constantFrom(true, false, false),
  })
  .map(({ sourceAnchor, userPrincipalName: upn, exchangeLicensed, ...rest }): WireOperation => {
    const isUser = usualType[sourceAnchor] === 'User';
    const user = isUser ? { userPrincipalName: upn, exchangeLicensed } : {};
    return { sourceAnchor, objectType: usualType[sourceAnchor], ...user, ...rest };
  });
const hotRemove = hotAnchor.map((sourceAnchor): WireOperation => ({ operation: 'delete', sourceAnchor }));

/** A request over the same few objects and values as every other. */
export const hotRequest: fc.Arbitrary<HotRequest> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(fc.oneof({ weight: 3, arbitrary: hotWrite }, { weight: 1, arbitrary: hotRemove }), {
        minLength: 1,
        maxLength: 3,
      })
      .map((operations): HotRequest => ({ operations })),
  },
  { weight: 1, arbitrary: fc.constant<HotRequest>({}) },
);

/** A request over objects with so many addresses that most exports are cut. */
export const wideRequest: fc.Arbitrary<HotRequest> = fc.oneof(
  { weight: 5, arbitrary: wideOperations.map((operations): HotRequest => ({ operations })) },
  { weight: 1, arbitrary: fc.constant<HotRequest>({}) },
);
