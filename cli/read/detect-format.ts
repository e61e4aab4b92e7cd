/** The formats that are read. */
export const formats = ['ldif', 'csv', 'json', 'ndjson'] as const;
export type Format = (typeof formats)[number];

/** The most characters of a file that decide its format. */
export const mostLookedAt = 64 * 1024;

/**
 * Detects the format from the beginning of a file; its name does not matter. Returns undefined if it needs more of the file.
 *
 * @param isAll whether `start` is the whole file
 */
export function detectFormat(start: string, isAll: boolean): Format | undefined {
  const text = start.trimStart();
  const isEnough = isAll || text.length >= mostLookedAt;
  const { first, isWhole } = firstLine(text);
  if (!isWhole && !isEnough) return undefined;
  if (text.startsWith('[')) return 'json';
  if (text.startsWith('{')) return first.trimEnd().endsWith('}') ? 'ndjson' : 'json';
  if (/^"?#TYPE /i.test(first)) return 'csv';
  if (first.startsWith('#')) return detectBehindComment(text, { isAll, isEnough });
  return /^(?:version|dn|search|ref)::? *\S/i.test(first) ? 'ldif' : 'csv';
}

function firstLine(text: string): { readonly first: string; readonly isWhole: boolean } {
  const end = text.indexOf('\n');
  return end === -1 ? { first: text, isWhole: false } : { first: text.slice(0, end).replace(/\r$/, ''), isWhole: true };
}

/** Only LDIF has comments, and a column may be called "#". */
function detectBehindComment(
  text: string,
  { isAll, isEnough }: { readonly isAll: boolean; readonly isEnough: boolean },
): Format | undefined {
  const lines = text.split('\n').slice(0, isAll ? undefined : -1);
  const content = lines.find((line) => !/^(?:#| |\r?$)/.test(line));
  if (content === undefined) return isEnough ? 'ldif' : undefined;
  return /^(?:version|dn|search|ref)::? *\S/i.test(content) ? 'ldif' : 'csv';
}
