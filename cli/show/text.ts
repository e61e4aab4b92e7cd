/** Text on a terminal. */

/** Gives a number with its word: "1 object", "2 objects". */
export function count(number: number, word: string): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? word : plural(word)}`;
}

function plural(word: string): string {
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** Takes out what would steer a terminal: names come from whoever may write to a directory. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD');
}

/** Writes rows as a table whose columns are as wide as their widest cell, at most so many characters. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], widest = 48): string {
  const clean = [header, ...rows].map((row) => row.map((cell) => cut(printable(cell), widest)));
  const widths = header.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = clean;
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
