/** Prints the demo on the terminal: at most 100 columns, and styles only on a terminal. */
import { stripVTControlCharacters, styleText } from 'node:util';

const width = 100;

/** Makes text bold, but only on a terminal. */
export function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}

/** Makes text dim, but only on a terminal. */
export function dim(text: string): string {
  return styleText('dim', text, { stream: process.stdout });
}

/** Breaks a text into indented lines at its spaces. A word that is longer than a line is not broken. */
export function wrap(text: string, indent = 2): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${' '.repeat(indent)}${each}`);
}

/** Aligns rows in columns, each as wide as its longest cell, and cuts lines that are too long. */
export function table(rows: readonly (readonly string[])[], indent = 2): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, visibleLength(cell));
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => `${cell}${' '.repeat((widths[column] ?? 0) - visibleLength(cell))}`);
    return cut(`${' '.repeat(indent)}${cells.join('  ')}`.trimEnd());
  });
}

function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

function cut(line: string): string {
  return visibleLength(line) <= width ? line : `${stripVTControlCharacters(line).slice(0, width - 3)}...`;
}

/** Prints lines, and an empty line after them. Prints nothing if there are none. */
export function print(lines: readonly string[]): void {
  if (lines.length > 0) console.log([...lines, ''].join('\n'));
}
