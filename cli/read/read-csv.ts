/** Reads CSV as `csvde` and `Export-Csv` write it, also after a spreadsheet has saved it again. */
import { CsvError, parse } from 'csv-parse';
import { attributeName, type Entry, entryOf, type Reading, type Value, undecodable } from './reading.ts';

type CsvOptions = {
  /** Between the columns; detected from the header if absent. */
  readonly delimiter?: string | undefined;
  /** Between the values of an attribute that has several; `;` if absent. */
  readonly valueSeparator?: string | undefined;
};

/** A longer record probably has a quote that is never closed. */
const longestRecord = 8 * 1024 * 1024;

/**
 * Reads rows as entries, with an attribute for each column. A malformed row becomes a problem.
 *
 * The parser accepts misplaced quotes, and this function refuses them: when the parser refuses a row, it loses the rows
 * after it. This function counts the lines too, because the parser counts CR LF inside quotes twice.
 */
export async function* readCsv(texts: AsyncIterable<string>, options: CsvOptions): AsyncGenerator<readonly Reading[]> {
  const { start, rest, skippedLines } = await withoutPreamble(texts);
  const delimiter = options.delimiter ?? start.delimiter ?? guessDelimiter(start.header);
  const parser = parse({
    ...{ delimiter, info: true, raw: true },
    ...{ skip_empty_lines: true, relax_column_count: true, relax_quotes: true, max_record_size: longestRecord },
  });
  const fed = feed(parser, rest);
  const wellFormed = wellFormedRow(delimiter);
  let line = skippedLines + 1;
  let columns: readonly string[] | undefined;
  try {
    for await (const { record, raw } of parser as AsyncIterable<Row>) {
      const place = line + leadingBreaks(raw);
      line += breaksIn(raw);
      if (!columns) columns = record.map((name) => attributeName(name.trim()));
      else if (wellFormed(raw)) yield [readRow(record, { columns, line: place, ...options })];
      else yield [{ line: place, kind: 'problem', reason: 'it has a misplaced quote' }];
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield [{ line, kind: 'problem', reason: reasonOf(error) }];
  }
  await fed;
}

type Row = { readonly record: readonly string[]; readonly raw: string };

/** Counts line breaks. The parser returns the line break at the end of a row as a lone CR. */
function breaksIn(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** The parser includes the blank lines before a row in its text. */
function leadingBreaks(raw: string): number {
  return breaksIn(/^[\r\n]*/.exec(raw)?.[0] ?? '');
}

/** Returns a test that the quotes of a row enclose whole cells and are doubled inside (RFC 4180). */
function wellFormedRow(delimiter: string): (raw: string) => boolean {
  const sign = delimiter.replace(/[\\^$.|?*+(){}[\]]/, '\\$&');
  const cell = `(?:"(?:[^"]|"")*"|[^"${sign}\\r\\n]*)`;
  const row = new RegExp(`^[\\r\\n]*${cell}(?:${sign}${cell})*[\\r\\n]*$`);
  return (raw) => !raw.includes('"') || row.test(raw);
}

type RowOptions = CsvOptions & { readonly columns: readonly string[]; readonly line: number };

function readRow(record: readonly string[], { columns, line, valueSeparator = ';' }: RowOptions): Reading {
  if (record.length !== columns.length) {
    const reason = `it has ${record.length} columns, and the header has ${columns.length}`;
    return { line, kind: 'problem', reason };
  }
  const lost = record.map(undecodable).find((reason) => reason !== undefined);
  if (lost) return { line, kind: 'problem', reason: lost };
  return { line, kind: 'entry', entry: toEntry(columns, record, valueSeparator) };
}

function toEntry(columns: readonly string[], record: readonly string[], valueSeparator: string): Entry {
  const attributes = new Map<string, readonly Value[]>();
  record.forEach((cell, index) => {
    const name = columns[index] ?? '';
    if (cell !== '') attributes.set(name, [...(attributes.get(name) ?? []), ...readCell(name, cell, valueSeparator)]);
  });
  return entryOf(attributes);
}

const hexadecimal = /^X'((?:[0-9a-f]{2})*)'$/i;

/** Only these attributes have several values; the text of the others may contain the separator. */
const multiValued = new Set(['proxyaddresses', 'objectclass', 'mail', 'mailalternateaddress', 'maillocaladdress']);

function readCell(name: string, cell: string, separator: string): readonly Value[] {
  const binary = hexadecimal.exec(cell);
  if (binary) return [new Uint8Array(Buffer.from(binary[1] ?? '', 'hex'))];
  if (!multiValued.has(name)) return [cell];
  return splitValues(cell, separator);
}

/** Splits at separators that are not escaped. An X.400 address contains `;`, which `-join ';'` does not escape. */
function splitValues(cell: string, separator: string): readonly string[] {
  const values: string[] = [];
  let escaped = '';
  for (const part of cell.split(separator)) {
    const piece = escaped + part;
    escaped = '';
    const previous = values.at(-1);
    if (piece.endsWith('\\')) escaped = piece.slice(0, -1) + separator;
    else if (separator === ';' && previous && /^x400:/i.test(previous) && !/^[a-z0-9_-]+:/i.test(piece)) {
      values[values.length - 1] = `${previous};${piece}`;
    } else values.push(piece);
  }
  if (escaped !== '') values.push(escaped.slice(0, -separator.length));
  return values.map((value) => value.trim()).filter((value) => value !== '');
}

/** The lines before the header are `#TYPE` of Windows PowerShell and `sep=` of Excel. */
type Start = { readonly header: string; readonly delimiter: string | undefined };

async function withoutPreamble(
  texts: AsyncIterable<string>,
): Promise<{ start: Start; rest: AsyncIterable<string>; skippedLines: number }> {
  const pieces = texts[Symbol.asyncIterator]();
  let text = '';
  let delimiter: string | undefined;
  let skippedLines = 0;
  for (;;) {
    const end = text.indexOf('\n');
    const line = end === -1 ? undefined : text.slice(0, end).replace(/\r$/, '');
    if (line !== undefined && (line === '' || /^"?#TYPE /i.test(line) || /^"?sep=.?/i.test(line))) {
      delimiter = /^"?sep=(.)/i.exec(line)?.[1] ?? delimiter;
      text = text.slice(end + 1);
      skippedLines++;
      continue;
    }
    const next = line === undefined ? await pieces.next() : undefined;
    if (next && !next.done) text += next.value;
    else return { start: { header: line ?? text, delimiter }, rest: after(text, pieces), skippedLines };
  }
}

async function* after(text: string, pieces: AsyncIterator<string>): AsyncGenerator<string> {
  yield text;
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
}

function guessDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((candidate) => ({ candidate, count: bare.split(candidate).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).candidate;
}

/** Writes the text as fast as the parser reads it. */
async function feed(parser: ReturnType<typeof parse>, texts: AsyncIterable<string>): Promise<void> {
  for await (const text of texts) {
    if (parser.destroyed) return;
    if (!parser.write(text)) await untilDrained(parser);
  }
  parser.end();
}

function untilDrained(parser: ReturnType<typeof parse>): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      parser.off('drain', go);
      parser.off('close', go);
      resolve();
    };
    parser.on('drain', go);
    parser.on('close', go);
  });
}

function reasonOf(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and never closed; nothing after it is read';
    case 'CSV_MAX_RECORD_SIZE':
      return `it has more than ${longestRecord} characters; is a quote never closed?`;
    default:
      return error.message.replace(/ (?:at|on) line \d+.*$/s, '');
  }
}
