/** The entries of the files, with all change records so far applied, in a temporary table of the state file. */
import type { DatabaseSync } from 'node:sqlite';
import { normalizeDn } from '../read/parse-dn.ts';
import type { Entry } from '../read/reading.ts';
import { entryFromText, entryToText } from '../state/entry-to-text.ts';
import type { Place } from './findings.ts';

/** An entry and the source anchor of its object. */
type StagedEntry = { readonly anchor: string; readonly entry: Entry };

/** Finds and changes entries. An entry that the files do not have is found as it was last sent. */
export type StagedEntries = {
  put(anchor: string, entry: Entry, place: Place): void;
  remove(anchor: string, place: Place): void;
  /** Returns where the files have an entry with this source anchor; undefined if they have none, or delete it. */
  placeOf(anchor: string): Place | undefined;
  find(dn: string): StagedEntry | undefined;
  /** Returns all entries below a container. */
  findBelow(dn: string): readonly StagedEntry[];
};

const putEntry = `
  INSERT INTO staged (anchor, dn, entry, wasDeleted, file, line) VALUES (?, ?, ?, 0, ?, ?)
  ON CONFLICT (anchor) DO UPDATE SET dn = excluded.dn, entry = excluded.entry, file = excluded.file, line = excluded.line`;

const removeEntry = `
  INSERT INTO staged (anchor, dn, entry, wasDeleted, file, line) VALUES (?, NULL, NULL, 1, ?, ?)
  ON CONFLICT (anchor) DO UPDATE SET dn = NULL, entry = NULL, wasDeleted = 1`;

const findByDn = `
  SELECT anchor, entry FROM staged WHERE dn = :dn
  UNION ALL SELECT anchor, entry FROM sent WHERE dn = :dn AND anchor NOT IN (SELECT anchor FROM staged) LIMIT 1`;

const findByEnd = `
  SELECT anchor, entry FROM staged WHERE substr(dn, -length(:end)) = :end
  UNION ALL SELECT anchor, entry FROM sent WHERE substr(dn, -length(:end)) = :end
    AND anchor NOT IN (SELECT anchor FROM staged)`;

/** Opens the staged entries of a state file. Only the attributes with these names are kept. */
export function openStagedEntries(state: DatabaseSync, names: ReadonlySet<string>): StagedEntries {
  const put = state.prepare(putEntry);
  const remove = state.prepare(removeEntry);
  const place = state.prepare('SELECT file, line FROM staged WHERE anchor = ? AND entry IS NOT NULL');
  const byDn = state.prepare(findByDn);
  const byEnd = state.prepare(findByEnd);
  return {
    put: (anchor, entry, { file, line }) => {
      const dn = entry.dn === null ? null : normalizeDn(entry.dn);
      put.run(anchor, dn, entryToText(entry, names), file, line);
    },
    remove: (anchor, { file, line }) => void remove.run(anchor, file, line),
    placeOf: (anchor) => place.get(anchor) as Place | undefined,
    find: (dn) => byDn.all({ dn: normalizeDn(dn) }).map(fromRow)[0],
    findBelow: (dn) => byEnd.all({ end: `,${normalizeDn(dn)}` }).map(fromRow),
  };
}

function fromRow({ anchor, entry }: Readonly<Record<string, unknown>>): StagedEntry {
  return { anchor: anchor as string, entry: entryFromText(entry as string) };
}
