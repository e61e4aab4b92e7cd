/** Stages readings: applies each entry and each change of the files to the staged entries. */
import type { DatabaseSync } from 'node:sqlite';
import { createMapper, type Mapper } from '../map/mapper.ts';
import { type Mapping, namesIn } from '../map/mapping.ts';
import type { Change, Entry, Reading, Rename } from '../read/reading.ts';
import { indexNames } from '../state/open-state.ts';
import { changeEntry, moveBelow } from './change-entry.ts';
import type { Findings, Place } from './findings.ts';
import { openStagedEntries, type StagedEntries } from './staged-entries.ts';

/** Where readings are staged, and where their problems are reported. */
type Staging = {
  readonly mapEntry: Mapper;
  readonly entries: StagedEntries;
  readonly findings: Findings;
  /** Makes finding entries by their names fast. */
  readonly indexNames: () => void;
};

type StagingOptions = {
  readonly mapping: Mapping;
  readonly findings: Findings;
  /** The state file is only read. */
  readonly readOnly: boolean;
};

/** Prepares an open state file for staging. */
export function openStaging(state: DatabaseSync, { mapping, findings, readOnly }: StagingOptions): Staging {
  return {
    mapEntry: createMapper(mapping),
    entries: openStagedEntries(state, namesIn(mapping)),
    findings,
    indexNames: () => indexNames(state, readOnly),
  };
}

/** Stages one reading of a file. Readings must come in the order of the files. */
export function stageReading(file: string, reading: Reading, staging: Staging): void {
  const place = { file, line: reading.line };
  if (reading.kind === 'problem') staging.findings.problem(place, reading.reason);
  else if (reading.kind === 'entry') stageEntry(reading.entry, place, staging);
  else stageChange(reading, place, staging);
}

function stageEntry(entry: Entry, place: Place, staging: Staging): void {
  const { mapEntry, findings } = staging;
  findings.entries++;
  const mapped = mapEntry(entry);
  if (mapped.kind === 'leftOut') findings.leaveOut(mapped.reason);
  else if (mapped.kind === 'problem') findings.problem(place, mapped.problem);
  else stageObject(mapped.object.sourceAnchor, entry, { place, staging });
}

function stageObject(
  sourceAnchor: string,
  entry: Entry,
  { place, staging }: { readonly place: Place; readonly staging: Staging },
): void {
  const { entries, findings } = staging;
  const earlier = entries.placeOf(sourceAnchor);
  const where = earlier && `${earlier.file}, line ${earlier.line}`;
  if (!earlier) entries.put(sourceAnchor, entry, place);
  else findings.problem(place, `another entry already has the source anchor "${sourceAnchor}" (${where})`);
}

function stageChange(change: Change, place: Place, staging: Staging): void {
  const { entries, findings } = staging;
  if (findings.changes === 0) staging.indexNames();
  findings.changes++;
  const found = entries.find(change.dn);
  if (!found) stageChangeOfUnknown(change, place, staging);
  else if (change.kind === 'delete') entries.remove(found.anchor, place);
  else entries.put(found.anchor, changeEntry(found.entry, change), place);
}

function stageChangeOfUnknown(change: Change, place: Place, staging: Staging): void {
  const { findings } = staging;
  switch (change.kind) {
    case 'delete':
      findings.leaveOut('deleted, and never sent');
      break;
    case 'modify':
      findings.problem(place, `it changes "${change.dn}", which was never sent with this state file. ${advice}`);
      break;
    case 'rename':
      stageMoves(change, place, staging);
  }
}

const advice = 'Sync the whole directory once, with the same --state';

/** An entry that is not known may be a container: all entries below it move with it. */
function stageMoves(rename: Rename, place: Place, { entries }: Staging): void {
  for (const { anchor, entry } of entries.findBelow(rename.dn)) {
    entries.put(anchor, { ...entry, dn: moveBelow(entry.dn ?? '', rename) }, place);
  }
}
