/** JSON for people, too: in a browser, a terminal or a log. */

/** They reverse the order of the text around them: a name with one could make an answer look different than it is. */
const bidiControl = /\p{Bidi_Control}/gu;

/** Returns a value as JSON with each bidirectional control as `\uXXXX`. Parsing it results in the same value. */
export function toJsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(bidiControl, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
