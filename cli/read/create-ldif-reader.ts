/** Reads LDIF (RFC 2849), and the lines that `ldapsearch` adds. */
import { createLdifSplitter, type LdifLine } from './create-ldif-splitter.ts';
import { LdifError, readLdifRecord } from './read-ldif-record.ts';
import type { Reader, Reading } from './reading.ts';

/** Returns a reader of LDIF. A malformed record becomes a problem, and the records after it are read. */
export function createLdifReader(): Reader {
  const lines = createLdifSplitter();
  let isFirst = true;
  let isRefused = false;

  const read = (record: readonly LdifLine[]): readonly Reading[] => {
    if (isRefused) return [];
    const [first] = record;
    const version = isFirst && first ? /^version: *(.*)$/i.exec(first.text) : null;
    isFirst = false;
    if (!version || !first) return readRecord(record);
    if (version[1] === '1') return record.length > 1 ? readRecord(record.slice(1)) : [];
    isRefused = true;
    const reason = `the file has LDIF version "${version[1]}", but only version 1 is known. Nothing in it is read`;
    return [{ line: first.line, kind: 'problem', reason }];
  };
  return {
    push: (text) => lines.push(text).flatMap(read),
    end: () => lines.end().flatMap(read),
  };
}

function readRecord(record: readonly LdifLine[]): readonly Reading[] {
  const trailer = readTrailer(record);
  if (trailer) return trailer;
  try {
    return [readLdifRecord(record)];
  } catch (error) {
    if (!(error instanceof LdifError)) throw error;
    return [{ line: error.line, kind: 'problem', reason: error.message }];
  }
}

/**
 * Reads the lines that `ldapsearch` writes after the entries: references to other servers, and the result of the search.
 *
 * A file whose search stopped at a limit looks whole. It becomes a problem, so that the missing objects are not deleted.
 */
function readTrailer(record: readonly LdifLine[]): readonly Reading[] | undefined {
  const [first] = record as readonly [LdifLine, ...LdifLine[]];
  if (/^ref: /i.test(first.text)) return [];
  if (!/^search: \d+$/i.test(first.text)) return undefined;
  const result = record.find(({ text }) => /^result: /i.test(text));
  if (!result || /^result: 0\b/i.test(result.text)) return [];
  const reason = `the search ended with "${result.text.slice('result: '.length)}": the file does not have all entries`;
  return [{ line: result.line, kind: 'problem', reason }];
}
