/** Programs that read CSV, each with a separator of its own: where a cell begins is theirs to say. */
import { CsvError, parse } from 'csv-parse/sync';

type Reader = { readonly delimiter: string; readonly quote: string | null; readonly trim: boolean };

export const separators = [',', ';', '\t', '|'];

/** With quotes and without, with blanks around cells and without. */
export const readers: readonly Reader[] = separators
  .flatMap((delimiter) => ['"', null].flatMap((quote) => [false, true].map((trim) => ({ delimiter, quote, trim }))))
  // This one takes no file with text after a quote that closes: it shows nothing.
  .filter(({ delimiter, quote, trim }) => delimiter === ',' || quote === null || !trim);

/** Reads CSV as lenient programs do: rows of any length, quotes wherever they are. */
export function cellsOf(csv: string, reader: Reader): readonly string[] {
  const read = (text: string): string[] =>
    parse(text, { ...reader, bom: true, relax_quotes: true, relax_column_count: true }).flat();
  try {
    return read(csv);
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== 'CSV_QUOTE_NOT_CLOSED') throw error;
    // To such programs a quote that is never closed ends with the file.
    return read(`${csv}"`);
  }
}

const formula = /^[\s\p{Cc}"]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u;

/** Finds the cells that a reader could take for formulas. */
export function formulasIn(csv: string, reader: Reader): readonly string[] {
  return cellsOf(csv, reader).filter((cell) => formula.test(cell));
}
