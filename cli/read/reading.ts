/** A value that an LDIF file has as a URL only. It is never fetched. */
type UrlValue = { readonly url: string };

/** A value of an attribute: text, or bytes that are not text in UTF-8. */
export type Value = string | Uint8Array | UrlValue;

/** Attributes by their names in lower case, with options such as `;lang-de`. */
export type Attributes = ReadonlyMap<string, readonly Value[]>;

/** An entry of a directory. `dn` is null if the file has none. */
export type Entry = { readonly dn: string | null; readonly attributes: Attributes };

/** Makes an entry of attributes. Its name is the attribute `dn` or `distinguishedName`, if the file has one. */
export function entryOf(attributes: Attributes): Entry {
  const dn = attributes.get('dn')?.[0] ?? attributes.get('distinguishedname')?.[0];
  return { dn: typeof dn === 'string' ? dn : null, attributes };
}

/** One modification of an LDIF change record. */
export type Modification = {
  readonly kind: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: readonly Value[];
};

/** One entry, change or problem of a file in any format, and its first line. */
export type Reading = { readonly line: number } & (
  { readonly kind: 'entry'; readonly entry: Entry } | Change | { readonly kind: 'problem'; readonly reason: string }
);

/** A change record of LDIF. */
export type Change = Modify | Rename | { readonly kind: 'delete'; readonly dn: string };

/** Modifications of one entry. */
export type Modify = {
  readonly kind: 'modify';
  readonly dn: string;
  readonly modifications: readonly Modification[];
};

/** A new name for an entry, or a new place. `newSuperior` is null if the entry stays in its place. */
export type Rename = {
  readonly kind: 'rename';
  readonly dn: string;
  readonly newRdn: string;
  readonly deleteOldRdn: boolean;
  readonly newSuperior: string | null;
};

/** Takes the text of a file piece by piece and returns its readings. */
export type Reader = {
  push(text: string): readonly Reading[];
  end(): readonly Reading[];
};

/** Returns the name of an attribute in lower case, without the options that do not make it another attribute. */
export function attributeName(description: string): string {
  return description.toLowerCase().replace(/;(?:binary|range=[^;]*)(?=;|$)/g, '');
}

/** Decodes bytes that may be text: returns a string if they are UTF-8, else the bytes. */
export function toValue(bytes: Uint8Array): string | Uint8Array {
  try {
    return strictUtf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return new Uint8Array(bytes);
    throw error;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decoding replaces invalid bytes by this character. */
const replacementCharacter = '\uFFFD';

/** Returns the problem of a text that had invalid bytes; undefined if it had none. */
export function undecodable(text: string): string | undefined {
  if (!text.includes(replacementCharacter)) return undefined;
  return 'it has bytes that are not UTF-8. Write the file in Unicode (-u, -Encoding utf8), or give --encoding, such as windows-1252';
}
