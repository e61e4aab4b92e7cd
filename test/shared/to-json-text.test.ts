import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJsonText } from '../../shared/to-json-text.ts';
import { hostileJson } from '../support/hostile/texts.ts';

describe('toJsonText()', () => {
  it('escapes each bidirectional control, in names and in values', () => {
    expect(toJsonText({ 'a\u202e': ['\u2066b\u2069', '\u061c\u200e\u200f'] })).toBe(
      String.raw`{"a\u202e":["\u2066b\u2069","\u061c\u200e\u200f"]}`,
    );
  });

  it('leaves all other texts readable', () => {
    expect(toJsonText(['Zoë 売上 🙂 \u05d0\u05d1 \u200d', 'a\\u202e'])).toBe(
      '["Zoë 売上 🙂 \u05d0\u05d1 \u200d","a\\\\u202e"]',
    );
  });

  it('returns JSON without such a control, which parses to the same value', () => {
    fc.assert(
      fc.property(hostileJson, (value) => {
        const text = toJsonText(value);
        expect(text).not.toMatch(/\p{Bidi_Control}/u);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 1_000 },
    );
  });
});
