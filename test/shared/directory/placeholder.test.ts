import { describe, expect, it } from 'vitest';
import {
  choosePlaceholder,
  hasPlaceholderForm,
  mayBePlaceholder,
  placeholderPrefix,
} from '../../../shared/directory/placeholder.ts';
import { proxyAddressKey, smtpKey, upnKey } from '../../../shared/directory/values.ts';
import { contoso } from './fixtures.ts';

const plain = { ...contoso, placeholderSeparator: '' as const };
const isFree = (): boolean => false;

describe('placeholderPrefix', () => {
  it('is the prefix of the UPN as exported, with the separator of the tenant', () => {
    expect(placeholderPrefix('Joe@fabrikam.com', contoso)).toBe('Joe+');
    expect(placeholderPrefix('Joe@fabrikam.com', plain)).toBe('Joe');
  });

  it.each([
    ['+', contoso, 59],
    ['nothing', plain, 60],
  ])('leaves room for four digits within 64 characters, with %s between', (_, form, room) => {
    const whole = 'a'.repeat(room);
    expect(placeholderPrefix(`${whole}@fabrikam.com`, form)).toBe(whole + form.placeholderSeparator);
    const longest = `${'a'.repeat(64)}@fabrikam.com`;
    expect(placeholderPrefix(longest, form)).toBe(whole + form.placeholderSeparator);
    const placeholder = choosePlaceholder(longest, form, { isTaken: isFree, random: () => 0 });
    expect(placeholder?.indexOf('@')).toBe(64);
  });

  it('cuts no surrogate pair in two', () => {
    const name = `${'a'.repeat(58)}😀b@fabrikam.com`;
    expect(placeholderPrefix(name, contoso)).toBe(`${'a'.repeat(58)}+`);
    expect(placeholderPrefix(name, plain)).toBe(`${'a'.repeat(58)}😀`);
  });
});

describe('hasPlaceholderForm()', () => {
  it.each([
    ['joe+4821@contoso.onmicrosoft.com', true],
    ['joe4821@contoso.onmicrosoft.com', false],
    ['joe+4821@fabrikam.onmicrosoft.com', false],
    ['joe+48210@contoso.onmicrosoft.com', false],
    ['jim+4821@contoso.onmicrosoft.com', false],
    ['', false],
  ])('reports for "%s": %s', (placeholder, has) => {
    expect(hasPlaceholderForm(placeholder, 'joe@fabrikam.com', contoso)).toBe(has);
  });

  it('reports every placeholder that is chosen, also of the longest prefix', () => {
    for (const form of [contoso, plain]) {
      const longest = `${'a'.repeat(64)}@fabrikam.com`;
      const placeholder = choosePlaceholder(longest, form, { isTaken: isFree, random: () => 0 }) ?? '';
      expect(hasPlaceholderForm(placeholder, longest, form)).toBe(true);
    }
  });
});

describe('mayBePlaceholder()', () => {
  it('reports UPNs and SMTP addresses with four digits before the "@", under any settings', () => {
    expect(mayBePlaceholder(upnKey('joe+4821@contoso.onmicrosoft.com'))).toBe(true);
    expect(mayBePlaceholder(smtpKey('joe04821@fabrikam.com'))).toBe(true);
    expect(mayBePlaceholder(upnKey('joe482@contoso.com'))).toBe(false);
    expect(mayBePlaceholder(smtpKey('joe4821x@contoso.com'))).toBe(false);
    expect(mayBePlaceholder(proxyAddressKey('sip:joe4821@contoso.com'))).toBe(false);
  });
});

describe('choosePlaceholder', () => {
  it.each([
    [0, 'joe+0000@contoso.onmicrosoft.com'],
    [0.4821, 'joe+4821@contoso.onmicrosoft.com'],
    [0.99999, 'joe+9999@contoso.onmicrosoft.com'],
  ])('has four digits from %d on', (start, placeholder) => {
    const random = (): number => start;
    expect(choosePlaceholder('joe@fabrikam.com', contoso, { isTaken: isFree, random })).toBe(placeholder);
  });

  it('goes on after 9999 with 0000', () => {
    const isTaken = (placeholder: string): boolean => placeholder.includes('9999');
    const random = (): number => 0.9999;
    expect(choosePlaceholder('joe@fabrikam.com', plain, { isTaken, random })).toBe('joe0000@contoso.onmicrosoft.com');
  });

  it('finds the last one that is free', () => {
    const isTaken = (placeholder: string): boolean => !placeholder.startsWith('joe+0041@');
    const random = (): number => 0.0042;
    expect(choosePlaceholder('joe@fabrikam.com', contoso, { isTaken, random })).toBe(
      'joe+0041@contoso.onmicrosoft.com',
    );
  });

  it('gives null when all 10,000 are taken, having tried each once', () => {
    const tried = new Set<string>();
    const isTaken = (placeholder: string): boolean => tried.size < tried.add(placeholder).size;
    expect(choosePlaceholder('joe@fabrikam.com', contoso, { isTaken, random: () => 0.5 })).toBeNull();
    expect(tried.size).toBe(10_000);
  });
});
