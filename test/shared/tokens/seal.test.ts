import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveKey, seal, unseal } from '../../../shared/tokens/seal.ts';

const keyOf = (text: string): Uint8Array => new TextEncoder().encode(text.padEnd(32, '.'));
const keys = [keyOf('the key')] as const;

describe('seal()', () => {
  it('returns a text that unseal() opens for the same purpose', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, purpose) => {
        const text = seal(keys, purpose, value);
        expect(text).toMatch(/^[\w-]+$/);
        expect(unseal(keys, purpose, text)).toEqual({
          isOpen: true,
          value: JSON.parse(JSON.stringify(value)) as unknown,
        });
      }),
    );
  });

  it('returns another text each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => seal(keys, 'page', 'the same'))).size).toBe(100);
  });
});

describe('unseal()', () => {
  it('opens nothing for another purpose, or with another key', () => {
    const text = seal(keys, 'page', 'secret');
    for (const purpose of ['', 'pag', 'page ', 'Page']) expect(unseal(keys, purpose, text)).toEqual({ isOpen: false });
    expect(unseal([keyOf('another')], 'page', text)).toEqual({ isOpen: false });
  });

  it('opens a text that the previous key sealed, while keys are rotated', () => {
    const text = seal(keys, 'page', 'secret');
    expect(unseal([keyOf('the new one'), ...keys], 'page', text)).toEqual({ isOpen: true, value: 'secret' });
  });

  it('opens no text with a changed bit, no shortened text and no other text', () => {
    const text = seal(keys, 'page', 'secret');
    const bytes = Buffer.from(text, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(unseal(keys, 'page', changed.toString('base64url'))).toEqual({ isOpen: false });
    }
    for (let length = 0; length < text.length; length++) {
      expect(unseal(keys, 'page', text.slice(0, length))).toEqual({ isOpen: false });
    }
    fc.assert(
      fc.property(fc.string(), (other) => {
        expect(unseal(keys, 'page', other)).toEqual({ isOpen: false });
      }),
    );
    // Other spellings of the same bytes.
    for (const other of [`${text}=`, ` ${text}`, `${text}\n`, `${text}!`]) {
      expect(unseal(keys, 'page', other)).toEqual({ isOpen: false });
    }
  });
});

describe('deriveKey()', () => {
  it('returns keys of 256 bits, different for each use and each key', () => {
    const derived = [keyOf('one'), keyOf('other')].flatMap((key) => [deriveKey(key, 'seal'), deriveKey(key, 'caller')]);
    expect(derived.every(({ length }) => length === 32)).toBe(true);
    expect(new Set(derived.map((key) => Buffer.from(key).toString('hex'))).size).toBe(4);
    expect(derived[0]).toEqual(deriveKey(keyOf('one'), 'seal'));
  });
});
