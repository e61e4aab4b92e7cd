import type { Figure, Unit } from './figure.ts';

const headings = ['', 'figure', 'limit', 'ratio', 'target', ''];

/** Formats the figures of a case as a table. */
export function tableOf(title: string, figures: readonly Figure[]): string {
  const rows = [headings, ...figures.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0, column)).join('  '));
  return [title, ...lines.map((line) => `  ${line.trimEnd()}`), ''].join('\n');
}

function padded(cell: string, width: number, column: number): string {
  return column >= 1 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);
}

function cellsOf({ what, figure, unit, limit, limitOf, ratio, target, isMet }: Figure): string[] {
  return [
    what,
    shown(figure, unit),
    limit === undefined ? '' : `${shown(limit, unit)} (${limitOf})`,
    ratio === undefined ? '' : ratio.toFixed(2),
    target ?? '',
    isMet === undefined ? '' : isMet ? 'met' : 'MISSED',
  ];
}

function shown(figure: number, unit: Unit): string {
  if (unit === 'ms') return figure < 100 ? `${figure.toFixed(1)} ms` : `${Math.round(figure).toLocaleString('en')} ms`;
  if (unit === 'bytes')
    return figure < 1e6 ? `${(figure / 1024).toFixed(1)} KiB` : `${(figure / 2 ** 20).toFixed(1)} MiB`;
  const digits = Number.isInteger(figure) || figure > 1000 ? 0 : 2;
  return `${figure.toLocaleString('en', { maximumFractionDigits: digits })} ${unit}`;
}
