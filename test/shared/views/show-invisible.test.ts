import { describe, expect, it } from 'vitest';
import { showInvisible } from '../../../shared/views/show-invisible.ts';

describe('showUnseen', () => {
  it.each([
    ['a right-to-left override', 'Joe \u202egnp.exe', 'Joe [U+202E]gnp.exe'],
    ['an isolate', '\u2066a\u2069', '[U+2066]a[U+2069]'],
    ['marks of direction', '\u200e\u200f\u061c', '[U+200E][U+200F][U+061C]'],
    ['a space of no width', 'a\u200bb', 'a[U+200B]b'],
    ['a byte order mark', '\ufeffa', '[U+FEFF]a'],
    ['a soft hyphen', 'a\u00adb', 'a[U+00AD]b'],
    ['a filler', '\u3164', '[U+3164]'],
    ['a tag', 'a\u{e0061}', 'a[U+E0061]'],
    ['a separator of lines', 'a\u2028b\u2029c', 'a[U+2028]b[U+2029]c'],
  ])('shows %s by its number', (_, text, shown) => {
    expect(showInvisible(text)).toBe(shown);
  });

  it.each(['', 'Joe Wood', 'Jörg', 'שלום', 'ک\u200cب', '👨\u200d👩\u200d👧', '❤\ufe0f', '<b title="x">\n</b>'])(
    'leaves %j unchanged',
    (text) => expect(showInvisible(text)).toBe(text),
  );
});
