/** The former or present holder of a value, as the rows of vacancies and of the history name it. */
import type { DirectoryObject } from '../directory/objects.ts';
import { type ReadRow, textOrNull } from './row.ts';

/** An object by its source anchor, and by the display name that it had when the row was written. */
export type NamedObject = { readonly sourceAnchor: string; readonly displayName: string | null };

/** Names an object. */
export function nameObject({ sourceAnchor, exported }: DirectoryObject): NamedObject {
  return { sourceAnchor, displayName: exported.displayName };
}

/** Writes the columns that name a holder; they are empty if it is not known. */
export function holderColumns(holder: NamedObject | null): { fromSourceAnchor: string; fromDisplayName: string } {
  return { fromSourceAnchor: holder?.sourceAnchor ?? '', fromDisplayName: holder?.displayName ?? '' };
}

/** Reads the columns of {@link holderColumns}. */
export function holderFromRow(row: ReadRow): NamedObject | null {
  const sourceAnchor = textOrNull(row.fromSourceAnchor);
  return sourceAnchor === null ? null : { sourceAnchor, displayName: textOrNull(row.fromDisplayName) };
}
