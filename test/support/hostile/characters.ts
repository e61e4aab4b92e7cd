/** Every character of Unicode, and texts in which all of them are. */

const lastOfBasicPlane = 0xffff;
const lastCharacter = 0x10ffff;

function charactersFrom(first: number, last: number, step = 1): readonly string[] {
  const characters: string[] = [];
  for (let code = first; code <= last; code += step) {
    const character = String.fromCodePoint(code);
    if (character.isWellFormed()) characters.push(character);
  }
  return characters;
}

/** The characters of the basic plane, but for halves of surrogate pairs. */
export const basicCharacters = charactersFrom(0, lastOfBasicPlane);

/** The characters of the basic plane, and about one in 2,000 of those above it, the last of each plane included. */
export const everyCharacter: readonly string[] = [
  ...basicCharacters,
  ...charactersFrom(0x10000, lastCharacter, 2_039),
  ...charactersFrom(0x1fffe, lastCharacter, 0x10000),
  ...charactersFrom(0x1ffff, lastCharacter, 0x10000),
  // Tags, and the variation selectors above the basic plane.
  ...charactersFrom(0xe0001, 0xe01ef, 7),
];

/** All characters above the basic plane, 65,536 to a text. */
export const higherPlanes: readonly string[] = Array.from({ length: 16 }, (_, plane) =>
  charactersFrom((plane + 1) * 0x10000, (plane + 2) * 0x10000 - 1).join(''),
);

/** The characters that are no letter, mark, number or picture, rare in texts. */
export const unusualCharacters = everyCharacter.filter(
  (character) => /[\p{C}\p{Z}\p{P}]/u.test(character) && !/[\p{Co}\p{Cn}]/u.test(character),
);

/** Cuts characters into texts of at most `length` UTF-16 code units. */
export function inTexts(characters: readonly string[], length: number): readonly string[] {
  const texts: string[] = [];
  let text = '';
  for (const character of characters) {
    if (text.length + character.length > length) {
      texts.push(text);
      text = '';
    }
    text += character;
  }
  return text === '' ? texts : [...texts, text];
}
