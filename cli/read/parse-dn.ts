/** Distinguished names, as far as change records need them. */

/** Normalises a distinguished name, so that two spellings of one name are equal: lower case, no space around its parts. */
export function normalizeDn(dn: string): string {
  // Most names need nothing but lower case.
  if (!/["\\;+]|\s[,=]|[,=]\s|^\s|\s$/.test(dn)) return dn.toLowerCase();
  return splitAt(dn, /[,;]/).map(normalizeRdn).join(',');
}

function normalizeRdn(rdn: string): string {
  return splitAt(rdn, /\+/)
    .map((part) => splitAt(part, /=/).map(trimUnescaped).join('='))
    .join('+')
    .toLowerCase();
}

/**
 * Returns the attribute and the value that name an entry, and the name of the entry above; empty if there is none.
 *
 * @example parseDn('CN=Wood\\, Joe,OU=Sales') // { attribute: 'cn', value: 'Wood, Joe', parent: 'OU=Sales' }
 */
export function parseDn(dn: string): { readonly attribute: string; readonly value: string; readonly parent: string } {
  const [first = '', ...above] = splitAt(dn, /[,;]/);
  const [rdn = ''] = splitAt(first, /\+/);
  const [attribute = '', ...value] = splitAt(rdn, /=/);
  return {
    attribute: attribute.trim().toLowerCase(),
    value: unescape(trimUnescaped(value.join('='))),
    parent: above.join(','),
  };
}

/** Splits at separators that are neither escaped by a backslash nor inside quotes. */
function splitAt(text: string, separator: RegExp): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const sign = text[index] as string;
    if (sign === '\\') index++;
    else if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && separator.test(sign)) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** An escaped space belongs to the value. */
function trimUnescaped(text: string): string {
  const trimmed = text.trim();
  return trimmed.endsWith('\\') && !trimmed.endsWith('\\\\') ? `${trimmed} ` : trimmed;
}

function unescape(value: string): string {
  const bytes = (hex: string): string => Buffer.from(hex.replaceAll('\\', ''), 'hex').toString('utf8');
  return value.replace(/(?:\\[0-9a-f]{2})+/gi, bytes).replace(/\\(.)/g, '$1');
}
