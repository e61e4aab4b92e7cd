/** Formats rows as a table. Each column is as wide as its widest cell; a cell wider than `widest` is cut. */
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

/** Replaces control characters: names come from a directory, and must not be able to control the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD');
}
