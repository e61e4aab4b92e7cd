/** Letters of another script in an address, which may have been put there because they look like Latin ones. */

const latin = /\p{Script=Latin}/u;
const others = {
  Cyrillic: /\p{Script=Cyrillic}/u,
  Greek: /\p{Script=Greek}/u,
  Armenian: /\p{Script=Armenian}/u,
  Cherokee: /\p{Script=Cherokee}/u,
} as const;

/** Letters beside the Latin ones that they look like, from Unicode Technical Standard 39 (confusables). */
const pairs = [
  ...['аa', 'еe', 'оo', 'рp', 'сc', 'уy', 'хx', 'іi', 'ѕs', 'јj', 'ԁd', 'һh', 'ӏl', 'ԛq', 'ԝw', 'ѵv', 'ԍg'],
  ...['АA', 'ВB', 'ЕE', 'КK', 'МM', 'НH', 'ОO', 'РP', 'СC', 'ТT', 'УY', 'ХX', 'ІI', 'ЅS', 'ЈJ', 'ӀI', 'ԌG', 'ԚQ', 'ԜW'],
  ...['αa', 'γy', 'ιi', 'κk', 'νv', 'οo', 'ρp', 'σo', 'υu', 'ϲc', 'ϳj'],
  ...['ΑA', 'ΒB', 'ΕE', 'ΖZ', 'ΗH', 'ΙI', 'ΚK', 'ΜM', 'ΝN', 'ΟO', 'ΡP', 'ΤT', 'ΥY', 'ΧX'],
  ...['օo', 'ոn', 'սu', 'հh', 'ցg', 'զq', 'ՕO', 'ՍU', 'ՏS', 'ԼL'],
];
const looksLike = new Map(pairs.map((pair) => [pair.charAt(0), pair.charAt(1)]));

const mostNamed = 3;

/**
 * Returns a sentence about the letters of another script in a UPN or SMTP address; undefined if there is nothing to say.
 *
 * They are named if they stand among Latin letters, in the part before the `@` or in a label of the domain, or if such a
 * part has no letter that does not look like a Latin one. An address in one script is nothing to remark on.
 */
export function lookAlikeNote(address: string): string | undefined {
  const letters = [...new Set(partsOf(address).flatMap(strangersIn))];
  if (letters.length === 0) return undefined;
  const named = letters.slice(0, mostNamed).map(describe);
  const more = letters.length > mostNamed ? [`${letters.length - mostNamed} more`] : [];
  const list = [...named, ...more];
  const last = list.pop() ?? '';
  return `It contains ${list.length > 0 ? `${list.join('; ')}; and ${last}` : last}. Check that the address is the one that is meant.`;
}

function partsOf(address: string): readonly string[] {
  const value = address.replace(/^smtp:/i, '');
  const at = value.lastIndexOf('@');
  return [value.slice(0, Math.max(at, 0)), ...value.slice(at + 1).split('.')];
}

function strangersIn(part: string): readonly string[] {
  const letters = Array.from(part).filter((character) => /\p{L}/u.test(character));
  const strangers = letters.filter((letter) => scriptOf(letter) !== undefined);
  const areHidden = strangers.length === letters.length && strangers.every((letter) => looksLike.has(letter));
  return letters.some((letter) => latin.test(letter)) || areHidden ? strangers : [];
}

function scriptOf(letter: string): string | undefined {
  return Object.entries(others).find(([, script]) => script.test(letter))?.[0];
}

function describe(letter: string): string {
  const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const twin = looksLike.get(letter);
  const what = `the ${scriptOf(letter) ?? ''} letter "${letter}" (U+${code})`;
  return twin === undefined ? `${what} among Latin letters` : `${what}, which looks like Latin "${twin}"`;
}
