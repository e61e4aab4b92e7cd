/** Returns a number with its word: "1 object", "2 objects", "3 entries". */
export function count(number: number, word: string): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? word : plural(word)}`;
}

function plural(word: string): string {
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
}
