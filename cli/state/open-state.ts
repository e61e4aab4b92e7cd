/**
 * The state file: what has been sent, an SQLite database.
 *
 * A row for each source anchor: a hash of the object as it was sent, and the entry that it was mapped from, reduced to what
 * the mapping looks at. Work in progress lies in temporary tables, which SQLite keeps in a file of its own and drops at
 * the end: so neither the size of the directory nor that of a change needs memory.
 */
import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { UsageError } from '../failures.ts';

export type OpenOptions = {
  /** Undefined: nothing is remembered. */
  readonly path: string | undefined;
  readonly tenant: string | undefined;
  /** Changes nothing, and makes no file. */
  readonly readOnly: boolean;
};

/** The codes of SQLite that say whose fault it is. */
const sqliteCodes = { busy: 5, notDatabase: 26, cannotOpen: 14, readOnly: 8 } as const;

const schema = `
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sent (
    anchor TEXT PRIMARY KEY,
    hash BLOB,
    dn TEXT,
    entry TEXT,
    doubtful INTEGER NOT NULL
  ) WITHOUT ROWID;`;

const work = `
  PRAGMA temp_store = FILE;
  PRAGMA temp.cache_size = -16384;
  PRAGMA temp.journal_mode = OFF;
  CREATE TEMP TABLE staged (
    seq INTEGER PRIMARY KEY,
    anchor TEXT NOT NULL UNIQUE,
    dn TEXT,
    entry TEXT,
    wasDeleted INTEGER NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL
  );
  CREATE TEMP TABLE planned (
    seq INTEGER PRIMARY KEY,
    anchor TEXT NOT NULL,
    kind TEXT NOT NULL,
    operations TEXT,
    size INTEGER NOT NULL,
    count INTEGER NOT NULL,
    before TEXT NOT NULL,
    hash BLOB,
    dn TEXT,
    entry TEXT,
    takes INTEGER NOT NULL
  );
  CREATE TEMP TABLE claims (value TEXT NOT NULL, seq INTEGER NOT NULL, takes INTEGER NOT NULL);
  CREATE TEMP TABLE linked (seq INTEGER PRIMARY KEY, first INTEGER NOT NULL);
  CREATE TEMP TABLE requests (request INTEGER NOT NULL, seq INTEGER NOT NULL);`;

/**
 * Opens a state file, and makes it where there is none. Nobody else can use it until it is closed.
 *
 * Throws `UsageError` where it belongs to another tenant, is in use, or is none.
 */
export function openState({ path, tenant, readOnly }: OpenOptions): DatabaseSync {
  const isFile = path !== undefined && (!readOnly || existsSync(path));
  try {
    const state = new DatabaseSync(isFile ? path : ':memory:', { readOnly: readOnly && isFile });
    // The lock is the operating system's: it ends with the process, however that ends.
    if (!readOnly) state.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT;');
    if (!readOnly || !isFile) state.exec(schema);
    state.exec(work);
    if (isFile && !readOnly) chmodSync(path, 0o600);
    checkTenant(state, { path: path ?? '', tenant, readOnly });
    return state;
  } catch (error) {
    throw asUsageError(error, path ?? '');
  }
}

function checkTenant(state: DatabaseSync, { path, tenant, readOnly }: OpenOptions & { readonly path: string }): void {
  if (tenant === undefined) return;
  const row = state.prepare("SELECT value FROM meta WHERE name = 'tenant'").get();
  if (!row && !readOnly) state.prepare("INSERT INTO meta VALUES ('tenant', ?)").run(tenant);
  if (row && row.value !== tenant) {
    throw new UsageError(
      `Cannot use the state file "${path}" for tenant "${tenant}": it says what was sent to tenant "${String(row.value)}". Give another --state.`,
    );
  }
}

function asUsageError(error: unknown, path: string): unknown {
  switch ((error as { errcode?: number }).errcode) {
    case sqliteCodes.busy:
      return new UsageError(`Cannot use the state file "${path}": another run is using it. Wait until it has ended.`);
    case sqliteCodes.notDatabase:
      return new UsageError(`Cannot use the state file "${path}": it is no state file. Give another --state.`);
    case sqliteCodes.cannotOpen:
    case sqliteCodes.readOnly:
      return new UsageError(`Cannot use the state file "${path}": ${(error as Error).message}`);
    default:
      return error;
  }
}

/** Makes finding by distinguished names fast. Only change records need that, and most runs have none. */
export function indexNames(state: DatabaseSync, readOnly: boolean): void {
  state.exec('CREATE INDEX IF NOT EXISTS temp.staged_by_dn ON staged (dn) WHERE dn IS NOT NULL');
  if (!readOnly) state.exec('CREATE INDEX IF NOT EXISTS sent_by_dn ON sent (dn) WHERE dn IS NOT NULL');
}

/** Does something in one transaction of the state file: all of it or nothing. */
export function inTransaction<T>(state: DatabaseSync, work: () => T): T {
  state.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    state.exec('COMMIT');
    return result;
  } catch (error) {
    state.exec('ROLLBACK');
    throw error;
  }
}
