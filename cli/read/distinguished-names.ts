/** Distinguished names, as far as change records need them. */

/** Writes a distinguished name so that two spellings of one name are one text: in lower case, without space around its parts. */
export function normalizeDn(dn: string): string {
  // Most names have nothing to normalise but their letter case.
  if (!/["\\;+]|\s[,=]|[,=]\s|^\s|\s$/.test(dn)) return dn.toLowerCase();
  return splitAt(dn, /[,;]/).map(normalizeRdn).join(',');
}

function normalizeRdn(rdn: string): string {
  return splitAt(rdn, /\+/)
    .map((part) => splitAt(part, /=/).map(trimUnescaped).join('='))
    .join('+')
    .toLowerCase();
}

/** Gives the name of the entry above; empty where there is none. */
export function parentOf(dn: string): string {
  return splitAt(dn, /[,;]/).slice(1).join(',');
}

/** Gives the attribute and the value of the first part of a name: `cn` and `Wood, Joe` of `CN=Wood\, Joe,OU=Sales`. */
export function firstOfDn(dn: string): { readonly attribute: string; readonly value: string } {
  const [rdn = ''] = splitAt(splitAt(dn, /[,;]/)[0] ?? '', /\+/);
  const [attribute = '', ...value] = splitAt(rdn, /=/);
  return { attribute: attribute.trim().toLowerCase(), value: unescape(trimUnescaped(value.join('='))) };
}

/** Splits at characters that no backslash precedes and that no quotes enclose. */
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

/** A space behind a backslash belongs to the value. */
function trimUnescaped(text: string): string {
  const trimmed = text.trim();
  return trimmed.endsWith('\\') && !trimmed.endsWith('\\\\') ? `${trimmed} ` : trimmed;
}

function unescape(value: string): string {
  const bytes = (hex: string): string => Buffer.from(hex.replaceAll('\\', ''), 'hex').toString('utf8');
  return value.replace(/(?:\\[0-9a-f]{2})+/gi, bytes).replace(/\\(.)/g, '$1');
}
