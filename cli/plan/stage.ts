/** Stages what files say: the entries as they are now, in the state file's temporary tables. */
import type { DatabaseSync } from 'node:sqlite';
import { createMapper } from '../map/map-entry.ts';
import { type Mapping, namesIn } from '../map/mapping.ts';
import { normalizeDn } from '../read/distinguished-names.ts';
import type { Entry, Reading } from '../read/readings.ts';
import { entryFromText, entryToText } from '../state/entry-text.ts';
import { indexNames } from '../state/open-state.ts';
import { modified, renamed } from './change-entry.ts';
import type { Findings, Place } from './findings.ts';

/** Takes readings in their order. `isSnapshot` is false once a change record has been seen. */
export type Stage = {
  take(file: string, reading: Reading): void;
  readonly isSnapshot: () => boolean;
};

export type StageSettings = {
  readonly mapping: Mapping;
  readonly findings: Findings;
  /** The state file is only read. */
  readonly readOnly: boolean;
};

/** Makes a stage on an open state file. */
export function createStage(state: DatabaseSync, { mapping, findings, readOnly }: StageSettings): Stage {
  const names = namesIn(mapping);
  const mapEntry = createMapper(mapping);
  const findStaged = state.prepare('SELECT entry, file, line FROM staged WHERE anchor = ?');
  const put = state.prepare(
    `INSERT INTO staged (anchor, dn, entry, wasDeleted, file, line) VALUES (?, ?, ?, 0, ?, ?)
     ON CONFLICT (anchor) DO UPDATE SET dn = excluded.dn, entry = excluded.entry, file = excluded.file, line = excluded.line`,
  );
  const remove = state.prepare(
    `INSERT INTO staged (anchor, dn, entry, wasDeleted, file, line) VALUES (?, NULL, NULL, 1, ?, ?)
     ON CONFLICT (anchor) DO UPDATE SET dn = NULL, entry = NULL, wasDeleted = 1`,
  );
  const findByDn = state.prepare(
    `SELECT anchor, entry FROM staged WHERE dn = :dn
     UNION ALL SELECT anchor, entry FROM sent WHERE dn = :dn AND anchor NOT IN (SELECT anchor FROM staged) LIMIT 1`,
  );
  const findBelow = state.prepare(
    `SELECT anchor, entry FROM staged WHERE substr(dn, -length(:end)) = :end
     UNION ALL SELECT anchor, entry FROM sent WHERE substr(dn, -length(:end)) = :end
       AND anchor NOT IN (SELECT anchor FROM staged)`,
  );
  let isSnapshot = true;

  const putEntry = (anchor: string, entry: Entry, { file, line }: Place): void => {
    put.run(anchor, entry.dn === null ? null : normalizeDn(entry.dn), entryToText(entry, names), file, line);
  };
  const known = (dn: string): { anchor: string; entry: Entry } | undefined => {
    const row = findByDn.get({ dn: normalizeDn(dn) });
    if (!row) return undefined;
    return { anchor: row.anchor as string, entry: entryFromText(row.entry as string) };
  };

  const takeEntry = (entry: Entry, place: Place): void => {
    findings.entries++;
    const mapped = mapEntry(entry);
    if (mapped.kind === 'leftOut') findings.leaveOut(mapped.reason);
    else if (mapped.kind === 'problem') findings.problem(place, mapped.problem);
    else takeObject(mapped.object.sourceAnchor, entry, place);
  };
  const takeObject = (sourceAnchor: string, entry: Entry, place: Place): void => {
    const earlier = findStaged.get(sourceAnchor);
    const where = `${String(earlier?.file)}, line ${String(earlier?.line)}`;
    if (!earlier || earlier.entry === null) putEntry(sourceAnchor, entry, place);
    else findings.problem(place, `the source anchor "${sourceAnchor}" is that of another entry already (${where})`);
  };
  const takeRename = (reading: Reading & { kind: 'rename' }, place: Place): void => {
    const found = known(reading.dn);
    if (found) putEntry(found.anchor, renamed(found.entry, reading), place);
    // What is not known may be a container: what lies below it moves with it.
    else takeRenameAbove(reading, place);
  };
  const takeRenameAbove = (reading: Reading & { kind: 'rename' }, place: Place): void => {
    for (const row of findBelow.all({ end: `,${normalizeDn(reading.dn)}` })) {
      const entry = entryFromText(row.entry as string);
      putEntry(row.anchor as string, { ...entry, dn: movedBelow(entry.dn ?? '', reading) }, place);
    }
  };
  const takeDelete = (dn: string, place: Place): void => {
    const found = known(dn);
    if (found) remove.run(found.anchor, place.file, place.line);
    else findings.leaveOut('deleted, and never sent');
  };
  const takeModify = ({ dn, modifications }: Reading & { kind: 'modify' }, place: Place): void => {
    const found = known(dn);
    const advice = 'Sync the whole directory once, with the same --state';
    if (found) putEntry(found.anchor, modified(found.entry, modifications), place);
    else findings.problem(place, `it changes "${dn}", which was never sent with this state file. ${advice}`);
  };
  const takeChange = (reading: Reading & { kind: 'modify' | 'delete' | 'rename' }, place: Place): void => {
    if (isSnapshot) indexNames(state, readOnly);
    isSnapshot = false;
    findings.changes++;
    if (reading.kind === 'rename') takeRename(reading, place);
    else if (reading.kind === 'delete') takeDelete(reading.dn, place);
    else takeModify(reading, place);
  };

  return {
    isSnapshot: () => isSnapshot,
    take(file, reading) {
      const place = { file, line: reading.line };
      if (reading.kind === 'problem') findings.problem(place, reading.reason);
      else if (reading.kind === 'entry') takeEntry(reading.entry, place);
      else takeChange(reading, place);
    },
  };
}

function movedBelow(dn: string, rename: Reading & { kind: 'rename' }): string {
  const depth = normalizeDn(rename.dn).length;
  const above = renamed({ dn: rename.dn, attributes: new Map() }, rename).dn ?? '';
  const normal = normalizeDn(dn);
  return `${normal.slice(0, normal.length - depth)}${above}`;
}
