import { describe, expect, it } from 'vitest';
import { applyOperation } from '../../../shared/directory/apply-operation.ts';
import type { DesiredObject, Operation, WriteOperation } from '../../../shared/directory/operation.ts';
import { limits, validateExported, validateSourceAnchor } from '../../../shared/directory/validation.ts';
import { operationFailureMessage } from '../../../shared/messages/operation-failures.ts';
import { group, remove, user } from './fixtures.ts';

const highHalf = '\ud83d';

/** The code and the message of the failure of an operation on an object that does not exist. */
function failureOf(operation: Operation): { readonly code: string; readonly message: string } | undefined {
  const applied = applyOperation(undefined, operation);
  if (!('failure' in applied)) return undefined;
  return { code: applied.failure.code, message: operationFailureMessage(applied.failure) };
}

const codeOf = (operation: Operation): string | undefined => failureOf(operation)?.code;
const named = (userPrincipalName: string): WriteOperation => user('a', { userPrincipalName });
const mailed = (mail: string): WriteOperation => ({ ...group('a'), mail });
const shown = (displayName: string): WriteOperation => ({ ...group('a'), displayName });
const addressOf = (length: number): string => `${'a'.repeat(length - '@contoso.com'.length)}@contoso.com`;

const emptyLabel = 'has a domain with a dot at its start or end, or two dots in a row';
const hyphenIn = (label: string): string => `has "${label}" in its domain, which begins or ends with a hyphen`;
const unseenAt = (code: string, position: number): string =>
  `has the character U+${code} at position ${position}, which is invisible or changes the order of the text; remove it`;

describe('validateSourceAnchor', () => {
  it.each([1, limits.sourceAnchor])('takes %i characters', (length) => {
    expect(validateSourceAnchor('a'.repeat(length))).toBeUndefined();
    expect(failureOf(group('a'.repeat(length)))).toBeUndefined();
  });

  it.each([0, 60])('refuses %i characters', (length) => {
    const anchor = 'a'.repeat(length);
    expect(validateSourceAnchor(anchor)).toEqual({ rule: 'length', part: 'all', length, most: 59 });
    expect(codeOf(group(anchor))).toBe('DataValidationFailed');
    expect(codeOf(remove(anchor))).toBe('DataValidationFailed');
  });

  it('refuses half of a surrogate pair', () => {
    expect(validateSourceAnchor(highHalf)).toEqual({ rule: 'surrogate' });
  });

  it('shows at most 59 characters of an anchor in the message', () => {
    expect(failureOf(remove('a'.repeat(100)))?.message).toBe(
      `Cannot delete object "${'a'.repeat(59)}": sourceAnchor has 100 characters; 1 to 59 are allowed.`,
    );
  });
});

describe('validateExported, userPrincipalName', () => {
  it.each([
    ['64 characters before the "@"', `${'a'.repeat(64)}@contoso.com`],
    ['48 characters after the "@"', `a@${'b'.repeat(44)}.com`],
    ['a domain with one dot', 'a@b.c'],
    ['dots and hyphens inside', '.j..o-e-@a-b.c--d.com'],
    ['letters, digits and what else is allowed', "Jörg.O'Neil-1_a!#$^`~@contoso.com"],
  ])('takes %s', (_, name) => {
    expect(failureOf(named(name))).toBeUndefined();
  });

  it.each([
    ['no "@"', 'contoso.com', 'needs exactly one "@", which is not its first character'],
    ['an "@" at its start', '@contoso.com', 'needs exactly one "@", which is not its first character'],
    ['two "@"', 'a@b@contoso.com', 'needs exactly one "@", which is not its first character'],
    ['nothing', '', 'needs exactly one "@", which is not its first character'],
    [
      '65 characters before the "@"',
      `${'a'.repeat(65)}@contoso.com`,
      'has 65 characters before the "@"; at most 64 are allowed',
    ],
    [
      '49 characters after the "@"',
      `a@${'b'.repeat(45)}.com`,
      'has 49 characters after the "@"; at most 48 are allowed',
    ],
    ['a domain without a dot', 'joe@contoso', 'has a domain without a dot'],
    ['no domain', 'joe@', 'has a domain without a dot'],
    ['a dot at its end', 'joe@contoso.com.', 'ends with a dot'],
    ['a dot before the "@"', 'joe.@contoso.com', 'has a dot before the "@"'],
    ['nothing but a dot before the "@"', '.@contoso.com', 'has a dot before the "@"'],
    ['an empty label at the start of its domain', 'joe@.contoso.com', emptyLabel],
    ['an empty label inside its domain', 'joe@contoso..com', emptyLabel],
    ['a hyphen at the start of a label', 'joe@-contoso.com', hyphenIn('-contoso')],
    ['a hyphen at the end of a label', 'joe@mail.contoso-.com', hyphenIn('contoso-')],
    ['a hyphen at the end of its domain', 'joe@contoso.com-', hyphenIn('com-')],
    ['a label that is a hyphen', 'joe@-.com', hyphenIn('-')],
    ['a right-to-left override', 'jo\u202ee@contoso.com', unseenAt('202E', 3)],
    ['a space of no width after a character of two halves', '\u{1f600}\u200b@contoso.com', unseenAt('200B', 2)],
    ['a joiner in its domain', 'joe@con\u200dtoso.com', unseenAt('200D', 8)],
    ['half of a surrogate pair', `joe${highHalf}@contoso.com`, 'has half of a surrogate pair'],
  ])('refuses one with %s', (_, name, problem) => {
    expect(failureOf(named(name))).toEqual({
      code: 'IdentityDataValidationFailed',
      message: `Cannot add object "a": userPrincipalName "${name}" ${problem}.`,
    });
  });

  it.each(Array.from('\\%&*+/=?{}|<>();:,[]"'))('refuses %s before and after the "@"', (character) => {
    for (const name of [`j${character}e@contoso.com`, `joe@con${character}toso.com`]) {
      expect(failureOf(named(name))).toEqual({
        code: 'IdentityDataValidationFailed',
        message: `Cannot add object "a": userPrincipalName "${name}" has the character ${character}, which is not allowed.`,
      });
    }
  });

  it.each([' ', '\t', '\n', '\u00a0', '\u2003', '\u0000', '\u007f'])(
    'refuses white space and control characters',
    (space) => {
      expect(codeOf(named(`j${space}e@contoso.com`))).toBe('IdentityDataValidationFailed');
    },
  );

  it('requires one of a user, at an add as at an update', () => {
    const { userPrincipalName, ...nameless } = user('a');
    const message = 'Cannot add object "a": a user needs a userPrincipalName.';
    expect(failureOf(nameless)).toEqual({ code: 'IdentityDataValidationFailed', message });
    const applied = applyOperation(undefined, user('a', { userPrincipalName: userPrincipalName ?? '' }));
    const current = 'desired' in applied ? applied.desired : undefined;
    expect(applyOperation(current, { operation: 'update', sourceAnchor: 'a', userPrincipalName: null })).toMatchObject({
      failure: { code: 'IdentityDataValidationFailed' },
    });
  });

  it.each(['Group', 'Contact'] as const)('refuses one of a %s', (objectType) => {
    expect(failureOf({ ...named('a@contoso.com'), objectType })).toEqual({
      code: 'IdentityDataValidationFailed',
      message: `Cannot add object "a": a ${objectType} has no userPrincipalName. Leave it out.`,
    });
  });

  it.each([
    ['userPrincipalName', named('x'.repeat(10_000))],
    ['mail', mailed('x'.repeat(10_000))],
    ['proxy address', group('a', 'x'.repeat(10_000))],
  ])('shows at most 300 characters of a %s that breaks a rule', (attribute, operation) => {
    expect(failureOf(operation)?.message).toContain(`: ${attribute} "${'x'.repeat(300)}" `);
  });
});

const smtpProblems: readonly (readonly [string, string, string])[] = [
  ['257 characters', addressOf(257), 'has 257 characters; at most 256 are allowed'],
  ['no "@"', 'contoso.com', 'does not have the form local@domain'],
  ['two "@"', 'a@b@contoso.com', 'does not have the form local@domain'],
  ['an "@" at its start', '@contoso.com', 'does not have the form local@domain'],
  ['an "@" at its end', 'joe@', 'does not have the form local@domain'],
  ['nothing', '', 'does not have the form local@domain'],
  ['a ":"', 'j:oe@contoso.com', 'has a ":" in the address; only the one after the type is allowed'],
  ['white space', 'j oe@contoso.com', 'has white space or a control character, which is not allowed'],
  ['a control character', 'joe@contoso.com\u0007', 'has white space or a control character, which is not allowed'],
  ['an empty label at the end of its domain', 'joe@contoso.com.', emptyLabel],
  ['an empty label at the start of its domain', 'joe@.contoso.com', emptyLabel],
  ['an empty label inside its domain', 'joe@contoso..com', emptyLabel],
  ['nothing but a dot after the "@"', 'joe@.', emptyLabel],
  ['half of a surrogate pair', `joe${highHalf}@contoso.com`, 'has half of a surrogate pair'],
  ...Array.from('<>();,[]"').map(
    (character) =>
      [
        `a ${character}`,
        `j${character}oe@contoso.com`,
        `has the character ${character}, which is not allowed`,
      ] as const,
  ),
];

describe('validateExported, SMTP proxy addresses and mail', () => {
  it.each(['SMTP', 'smtp', 'Smtp'])('takes 256 characters after %s:', (type) => {
    expect(failureOf(group('a', `${type}:${addressOf(256)}`))).toBeUndefined();
    expect(failureOf(mailed(addressOf(256)))).toBeUndefined();
  });

  it('takes a domain without a dot, a plus sign and an apostrophe', () => {
    expect(failureOf(group('a', "smtp:o'neil+tag@server"))).toBeUndefined();
  });

  it.each(smtpProblems)('refuses an address with %s', (_, address, problem) => {
    expect(failureOf(group('a', 'SMTP:first@contoso.com', `smtp:${address}`))).toEqual({
      code: 'DataValidationFailed',
      message: `Cannot add object "a": proxy address "smtp:${address}" ${problem}.`,
    });
  });

  it.each(smtpProblems)('refuses mail with %s', (_, address, problem) => {
    expect(failureOf(mailed(address))).toEqual({
      code: 'DataValidationFailed',
      message: `Cannot add object "a": mail "${address}" ${problem}.`,
    });
  });

  it.each(['\u202e', '\u2066', '\u200f', '\u00ad', '\u200b', '\u2060', '\ufe0f', '\u3164', '\u{e0061}'])(
    'refuses a character that is not seen, and names its position as the address is shown: %j',
    (character) => {
      const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '';
      expect(failureOf(group('a', `SMTP:jo${character}e@contoso.com`))?.message).toContain(unseenAt(code, 8));
      expect(failureOf(mailed(`jo${character}e@contoso.com`))?.message).toContain(unseenAt(code, 3));
      expect(codeOf(named(`jo${character}e@contoso.com`))).toBe('IdentityDataValidationFailed');
    },
  );

  it('refuses mail with a prefix', () => {
    expect(codeOf(mailed('SMTP:joe@contoso.com'))).toBe('DataValidationFailed');
  });
});

describe('validateExported, addresses of other types', () => {
  it.each(['X500:/o=Contoso/ou=Exchange, "a" (b)', 'sip:joe@contoso.com', 'x400:c=US;a= ;p=Contoso;', 'EX-1_b:c'])(
    'takes %s',
    (address) => {
      expect(failureOf(group('a', address))).toBeUndefined();
    },
  );

  it('takes 1,024 characters, and refuses 1,025', () => {
    const address = `X500:${'a'.repeat(1019)}`;
    expect(failureOf(group('a', address))).toBeUndefined();
    expect(failureOf(group('a', `${address}a`))).toMatchObject({
      code: 'DataValidationFailed',
      message: expect.stringContaining('has 1025 characters; at most 1024 are allowed') as string,
    });
  });

  it.each(['joe@contoso.com', ':joe@contoso.com', 'sip:', 's p:joe', '', 'smt\u212a:x'])(
    'refuses %j, which has no type',
    (address) => {
      expect(failureOf(group('a', address))).toEqual({
        code: 'DataValidationFailed',
        message: `Cannot add object "a": proxy address "${address}" has no type before it; write it as "smtp:local@domain" or "X500:/o=...".`,
      });
    },
  );

  it.each(['\u0000', '\n', highHalf])('refuses control characters and half of a surrogate pair', (character) => {
    expect(codeOf(group('a', `X500:${character}x`))).toBe('DataValidationFailed');
  });
});

describe('validateExported, displayName and attributes', () => {
  it.each([null, 'a', 'a'.repeat(256)])(
    'takes a displayName that is absent, or of 1 to 256 characters',
    (displayName) => {
      expect(failureOf({ ...group('a'), displayName })).toBeUndefined();
    },
  );

  it.each([
    ['', 'displayName is blank; send a name, or leave it out'],
    [' \t\u00a0', 'displayName is blank; send a name, or leave it out'],
    ['a'.repeat(257), 'displayName has 257 characters; at most 256 are allowed'],
    [highHalf, 'displayName has half of a surrogate pair'],
  ])('refuses one that is blank, longer, or ill-formed', (displayName, problem) => {
    expect(failureOf(shown(displayName))).toEqual({
      code: 'DataValidationFailed',
      message: `Cannot add object "a": ${problem}.`,
    });
  });

  it('takes any attributes', () => {
    expect(failureOf({ ...group('a'), attributes: { constructor: 'x', list: ['', 'y'], empty: [] } })).toBeUndefined();
  });

  it.each(['', '__proto__'])('refuses an attribute with the name %j', (name) => {
    for (const value of ['x', ['x']]) {
      const attributes = JSON.parse(JSON.stringify({ [name]: value })) as Record<string, string | string[]>;
      expect(failureOf({ ...group('a'), attributes })).toEqual({
        code: 'DataValidationFailed',
        message: `Cannot add object "a": an attribute has the name "${name}", which is not allowed.`,
      });
    }
  });

  it('refuses half of a surrogate pair in a name, a text or a list', () => {
    for (const attributes of [{ [highHalf]: 'x' }, { city: highHalf }, { city: ['x', highHalf] }]) {
      expect(codeOf({ ...group('a'), attributes })).toBe('DataValidationFailed');
    }
  });
});

describe('validateExported, the size of an object', () => {
  const addresses = (count: number): string[] => Array.from({ length: count }, (_, n) => `smtp:a${n}@contoso.com`);

  it('takes 400 proxy addresses, and refuses 401', () => {
    expect(failureOf(group('a', ...addresses(400)))).toBeUndefined();
    expect(failureOf(group('a', ...addresses(401)))).toEqual({
      code: 'LargeObject',
      message: 'Cannot add object "a": it has 401 proxy addresses; at most 400 are allowed.',
    });
  });

  const named = (count: number, prefix = 'a'): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`${prefix}${n}`, '']));
  const values = (count: number): string[] => Array.from({ length: count }, () => '');

  it('takes 1,000 attributes of 1,000 values, and refuses one more of either', () => {
    expect(failureOf({ ...group('a'), attributes: named(1_000) })).toBeUndefined();
    expect(failureOf({ ...group('a'), attributes: named(1_001) })).toEqual({
      code: 'LargeObject',
      message: 'Cannot add object "a": it has 1001 attributes; at most 1000 are allowed.',
    });
    expect(failureOf({ ...group('a'), attributes: { list: values(1_000) } })).toBeUndefined();
    expect(failureOf({ ...group('a'), attributes: { list: values(1_001) } })).toEqual({
      code: 'LargeObject',
      message: 'Cannot add object "a": its attribute "list" has 1001 values; at most 1000 are allowed.',
    });
  });

  it('counts the attributes that an update leaves, not those that it clears', () => {
    const applied = applyOperation(undefined, { ...group('a'), attributes: named(999) });
    const current = 'desired' in applied ? applied.desired : undefined;
    const update = (attributes: Record<string, string | null>) =>
      applyOperation(current, { operation: 'update', sourceAnchor: 'a', attributes });
    expect(update({ b: '' })).toHaveProperty('desired');
    expect(update({ b: '', c: '' })).toMatchObject({ failure: { code: 'LargeObject' } });
    expect(update({ b: '', c: '', a0: null })).toHaveProperty('desired');
  });

  it('lets an update through that leaves the attributes of a larger object unchanged', () => {
    const { desired } = {
      desired: { objectType: 'Group' as const, exported: { ...exported, attributes: named(1_001) } },
    };
    const rename = { operation: 'update' as const, sourceAnchor: 'a', displayName: 'Renamed' };
    expect(applyOperation(desired, rename)).toMatchObject({ desired: { exported: { displayName: 'Renamed' } } });
  });

  it('shows the beginning of a long name only', () => {
    for (const attributes of [{ ['n'.repeat(10_000)]: values(1_001) }, { ['n'.repeat(10_000)]: highHalf }]) {
      expect(failureOf({ ...group('a'), attributes })?.message.length).toBeLessThan(500);
    }
  });

  const exported = {
    displayName: 'Group a',
    userPrincipalName: null,
    mail: null,
    proxyAddresses: [],
    exchangeLicensed: false,
  };
  const room = limits.objectBytes - JSON.stringify({ ...exported, attributes: { notes: '' } }).length;

  it.each([
    ['letters of one byte', 'a', 1],
    ['letters of three bytes', '\u20ac', 3],
    ['characters that JSON escapes', '\u0001', 6],
  ])('takes 512 KiB of %s, and refuses a byte more', (_, letter, bytes) => {
    const notes = letter.repeat(Math.floor(room / bytes)) + 'a'.repeat(room % bytes);
    expect(failureOf({ ...group('a'), attributes: { notes } })).toBeUndefined();
    expect(failureOf({ ...group('a'), attributes: { notes: `${notes}a` } })).toEqual({
      code: 'LargeObject',
      message: 'Cannot add object "a": it has 524289 bytes in all; at most 524288 are allowed.',
    });
  });

  it('counts addresses, and the texts of a list', () => {
    const long = Array.from({ length: 400 }, (_, n) => `X500:${'\u20ac'.repeat(1000)}${n}`);
    expect(codeOf(group('a', ...long))).toBe('LargeObject');
    const list = Array.from({ length: 6 }, () => 'a'.repeat(100_000));
    expect(codeOf({ ...group('a'), attributes: { list } })).toBe('LargeObject');
  });

  it('measures only what may be too large: an ordinary object is not written down for it', () => {
    let written = 0;
    const measured = (attributes: Record<string, string>): number => {
      written = 0;
      const toJSON = (): string => `${++written}`;
      validateExported(group('a'), 'Group', { ...exported, attributes, ...{ toJSON } });
      return written;
    };
    expect(measured({ notes: 'a'.repeat(80_000) })).toBe(0);
    expect(measured({ notes: 'a'.repeat(90_000) })).toBe(1);
  });

  it('counts what JSON puts around many small values', () => {
    const attributes = Object.fromEntries(Object.keys(named(200)).map((name) => [name, values(1_000)]));
    expect(failureOf({ ...group('a'), attributes })?.message).toContain('bytes in all');
  });

  it('counts the attributes that an update leaves unchanged', () => {
    const half = 'a'.repeat(limits.objectBytes / 2);
    const applied = applyOperation(undefined, { ...group('a'), attributes: { one: half } });
    const current = 'desired' in applied ? applied.desired : undefined;
    const update = { operation: 'update' as const, sourceAnchor: 'a', attributes: { two: half } };
    expect(applyOperation(current, update)).toMatchObject({ failure: { code: 'LargeObject' } });
  });
});

describe('applyOperation() on an object that is older than a rule', () => {
  const stored: DesiredObject = {
    objectType: 'User',
    exported: {
      displayName: ' ',
      userPrincipalName: 'joe.@-contoso..com',
      mail: 'joe@contoso.com.',
      proxyAddresses: [
        ...Array.from({ length: 401 }, (_, n) => `smtp:a${n}@contoso.com`),
        'smtp:j\u202eoe@contoso.com',
      ],
      exchangeLicensed: false,
      attributes: { '': 'x', notes: 'a'.repeat(limits.objectBytes), list: [highHalf] },
    },
  };
  const { displayName, userPrincipalName, mail, proxyAddresses, attributes } = stored.exported;
  const apply = (changes: Partial<WriteOperation>, operation: 'add' | 'update' = 'update') =>
    applyOperation(stored, { ...changes, operation, sourceAnchor: 'a' });
  const codeAfter = (changes: Partial<WriteOperation>): string | undefined => {
    const applied = apply(changes);
    return 'failure' in applied ? applied.failure.code : undefined;
  };

  it('changes what is right, and leaves the rest unchanged', () => {
    expect(apply({ exchangeLicensed: true })).toEqual({
      desired: { ...stored, exported: { ...stored.exported, exchangeLicensed: true } },
    });
  });

  it('takes an add that gives everything as stored, and changes one attribute', () => {
    const again = { objectType: 'User', displayName, userPrincipalName, mail, proxyAddresses, attributes } as const;
    const copy = structuredClone(again);
    expect(apply({ ...copy, exchangeLicensed: true }, 'add')).toHaveProperty('desired');
  });

  it.each([
    ['displayName', { displayName: '  ' }, 'DataValidationFailed'],
    ['userPrincipalName', { userPrincipalName: 'joe.@contoso.com' }, 'IdentityDataValidationFailed'],
    ['mail', { mail: 'other@contoso.com.' }, 'DataValidationFailed'],
    ['the number of addresses', { proxyAddresses: [...proxyAddresses, 'smtp:b@contoso.com'] }, 'LargeObject'],
    ['an attribute', { attributes: { other: highHalf } }, 'DataValidationFailed'],
    ['an entry of a list', { attributes: { list: [highHalf, 'x'] } }, 'DataValidationFailed'],
    ['the size', { attributes: { other: 'x' } }, 'LargeObject'],
  ])('refuses a change of %s that breaks a rule', (_, changes, code) => {
    expect(codeAfter(changes)).toBe(code);
  });

  it('checks of a changed list only the addresses that are new in it', () => {
    const some = proxyAddresses.slice(-2);
    expect(codeAfter({ proxyAddresses: some })).toBeUndefined();
    expect(codeAfter({ proxyAddresses: [...some, 'smtp:j\u202eim@contoso.com'] })).toBe('DataValidationFailed');
  });

  it('takes a change that makes a large object no larger', () => {
    expect(codeAfter({ attributes: { notes: 'b'.repeat(limits.objectBytes) } })).toBeUndefined();
  });
});
