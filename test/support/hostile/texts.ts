/** Texts that break what was not written for them. */
import fc from 'fast-check';

/** By what they are known to break. */
export const hostileTexts = {
  empty: ['', ' ', '\t', '\u00a0', '\u3000'],
  keys: [
    'a|b',
    '|',
    'object|a',
    'value|upn|x',
    'error|ProxyAddresses|',
    'a/b',
    '\\',
    '#',
    '?',
    '%',
    '%2F',
    '!2f',
    '!~',
    '..',
    '.',
  ],
  controls: [
    '\u0000',
    'a\u0000b',
    '\r\n',
    'a\nBcc: x@example.com',
    '\u001f',
    '\u007f',
    '\u0085',
    '\u2028',
    'Joe\u2028Wood',
    'a\u2029b',
  ],
  transactions: [
    '--changesetresponse_',
    'x--changesetresponse_x',
    '--batch_1',
    '--changeset_1',
    'boundary=x',
    'HTTP/1.1 500 x',
    'ETag: x',
    "RowKey='x')",
    '{"error":{}}',
    '$&',
  ],
  filters: [
    "'",
    "''",
    "' or '1' eq '1",
    "') or (PartitionKey ne '",
    "x' and RowKey ge '",
    '$filter',
    'null',
    '{x}',
    '%27',
  ],
  markup: [
    '<img src=x onerror=alert(1)>',
    '</script><script>alert(1)</script>',
    '"><svg onload=alert(1)>',
    '&lt;',
    ']]>',
    'javascript:alert(1)',
  ],
  formulas: ['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("http://example.com")', 'a;=1+1', '\uff1d1'],
  bidi: ['\u202egnp.exe', '\u2066a\u2069', '\u200f', '\u061c', '\u05d0\u05d1'],
  invisible: ['\u200b', 'a\u200db', '\u00ad', '\ufeff', '\u2060', '\u3164', '\u{e0061}'],
  forms: [
    'caf\u00e9',
    'cafe\u0301',
    '\u212a',
    '\u0130',
    '\u0131',
    '\u1e9e',
    '\u00df',
    '\u03a3',
    '\u03c2',
    '\uff41',
    '\ufb01',
  ],
  surrogates: ['\ud800', '\udc00', 'a\ud800', '\u{1f600}', '\ufffd', '\uffff', '\ufffe', '\u{10ffff}'],
  names: ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'then'],
  numbers: ['0', '-1', '1e9', '1e400', 'NaN', 'Infinity', '0x10', '9007199254740993', '1.5', '00'],
  long: [
    'a'.repeat(65),
    'a'.repeat(257),
    'a'.repeat(1025),
    'a'.repeat(3_000),
    '\u{1f600}'.repeat(300),
    "'".repeat(600),
  ],
} as const;

/** Any of them, parts put together, or anything at all. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...Object.values(hostileTexts).flat()) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.string(), fc.constantFrom(...Object.values(hostileTexts).flat()))
      .map((parts) => parts.join('')),
  },
);

/** Any JSON, also such as no schema asks for. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1e308, [], {}, [[]], [null], { a: {} }),
  fc.array(fc.oneof(hostileText, fc.constant(null)), { maxLength: 3 }),
  fc.dictionary(hostileText, hostileText, { maxKeys: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
);
