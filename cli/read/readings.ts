/** Readings: what a file says, whatever its format. */

/** A value that an LDIF file gives by its address. It is never fetched. */
export type UrlValue = { readonly url: string };

/** A value of an attribute: text, or bytes that are no text in UTF-8. */
export type Value = string | Uint8Array | UrlValue;

/** Attributes by their name in lower case, options such as `;lang-de` included. */
export type Attributes = ReadonlyMap<string, readonly Value[]>;

/** An entry of a directory as it stands. `dn` is null where the file names none. */
export type Entry = { readonly dn: string | null; readonly attributes: Attributes };

/** One modification of an LDIF change record. */
export type Modification = {
  readonly kind: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: readonly Value[];
};

/** One thing that a file says, and the line at which it begins to say it. */
export type Reading = { readonly line: number } & (
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'modify'; readonly dn: string; readonly modifications: readonly Modification[] }
  | { readonly kind: 'delete'; readonly dn: string }
  | Rename
  | { readonly kind: 'problem'; readonly reason: string }
);

/** A changed name or place. `newSuperior` is null where the entry stays in its place. */
export type Rename = {
  readonly kind: 'rename';
  readonly dn: string;
  readonly newRdn: string;
  readonly deleteOldRdn: boolean;
  readonly newSuperior: string | null;
};

/** Takes the text of a file piece by piece, and gives what it says. */
export type Reader = {
  push(text: string): readonly Reading[];
  end(): readonly Reading[];
};

/** Gives the name under which an attribute is kept: in lower case, without the options that do not change what it is. */
export function attributeName(description: string): string {
  return description.toLowerCase().replace(/;(?:binary|range=[^;]*)(?=;|$)/g, '');
}

/** Decodes bytes that may be text: a string where they are UTF-8, else the bytes. */
export function toValue(bytes: Uint8Array): string | Uint8Array {
  try {
    return strictUtf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return new Uint8Array(bytes);
    throw error;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What stands in a decoded text where there were bytes that the encoding does not have. */
const replacementCharacter = '\uFFFD';

/** Says what is wrong with a text that was not decoded without loss; undefined where it was. */
export function undecodable(text: string): string | undefined {
  if (!text.includes(replacementCharacter)) return undefined;
  return 'it has bytes that are not UTF-8. Have the file written in Unicode (-u, -Encoding utf8), or give --encoding, such as windows-1252';
}
