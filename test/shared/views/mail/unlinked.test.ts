/** No name in a mail becomes a link: asked of a library that finds links in texts more eagerly than mail programs do. */
import fc from 'fast-check';
import { LinkifyIt } from 'linkify-it';
import { describe, expect, it } from 'vitest';
import { unlinked, unlinkedValue } from '../../../../shared/views/mail/unlinked.ts';
import { hostileText, hostileTexts } from '../../../support/hostile/texts.ts';

const finder = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: true });
// Each top-level domain counts, so that no list of them decides.
finder.tlds('[a-z]{2,63}', true).tlds(['example', 'test', 'zip', 'xn--p1ai'], true);
const linksIn = (text: string): readonly string[] => (finder.match(text) ?? []).map(({ raw }) => raw);
/** Also what the library leaves alone: shares of files, addresses in wide characters. */
const dangerous = /:\/\/|\/\/|\\\\|[^\s\u200c]@[^\s\u200c]|www\.(?!\u200c)/iu;

describe('unlinked()', () => {
  it.each(hostileTexts.links)('leaves no link in %j, which has one or could be taken for one', (name) => {
    expect(linksIn(unlinked(name))).toEqual([]);
    expect(unlinked(name)).not.toMatch(dangerous);
  });

  it('is needed: the library finds links in most of these names as they are', () => {
    const found = hostileTexts.links.filter((name) => linksIn(name).length > 0);
    expect(found.length).toBeGreaterThan(hostileTexts.links.length / 2);
  });

  it('leaves no link in any hostile text', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        expect(linksIn(unlinked(name))).toEqual([]);
        expect(unlinked(name)).not.toMatch(dangerous);
      }),
      { numRuns: 2_000 },
    );
  });

  it('breaks host names so that a browser refuses what a program makes a link of in spite of it', () => {
    for (const host of ['evil.example', 'login.contoso.com.evil.example', '192.0.2.1']) {
      expect(URL.canParse(`https://${unlinked(host)}/`)).toBe(false);
    }
    // A word joiner would be dropped, and the link lead there after all.
    expect(new URL('https://evil.\u2060example/').host).toBe('evil.example');
  });

  it.each(['Joe Wood', 'Dr. J. Wood (Sales)', 'R & D', 'Müller-Lüdenscheidt', '', 'Sales:', 'a.'])(
    'leaves %j unchanged',
    (name) => {
      expect(unlinked(name)).toBe(name);
    },
  );

  it('adds nothing that is seen', () => {
    expect(unlinked('St.Pauli 10:30').replaceAll('\u200c', '')).toBe('St.Pauli 10:30');
  });
});

describe('unlinkedValue()', () => {
  it.each(['joe@contoso.com', 'smtp:joe@contoso.com', "SMTP:Joe.O'Wood+x@sub.contoso.com", 'smtp:jörg@contoso.com'])(
    'leaves the address %s to be copied',
    (value) => {
      expect(unlinkedValue(value)).toBe(value);
    },
  );

  it.each([
    'smtp:www.evil.example/login@contoso.com',
    'www.evil.example@contoso.com',
    'smtp:https://evil.example/login@contoso.com',
    'https:joe@evil.example',
    'smtp:evil.example/login@contoso.com',
    'smtp:\\\\evil.example\\share@contoso.com',
  ])('leaves no link but that of an address in %s', (value) => {
    expect(unlinkedValue(value)).not.toBe(value);
    expect(linksIn(unlinkedValue(value))).toEqual([]);
  });
});
