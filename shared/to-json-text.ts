/** JSON as people read it as well: in a browser, a terminal, a log. */

/** They turn about the order of the text around them: a name with one in it would show another answer than was given. */
const bidiControl = /\p{Bidi_Control}/gu;

/** Returns a value as JSON that has each bidirectional control as `\uXXXX`: the same value once it is parsed. */
export function toJsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(bidiControl, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
