/**
 * The state file: an SQLite database of the objects that were sent.
 *
 * It has a row for each source anchor: a hash of the object as it was sent, and its entry, with only the attributes that the
 * mapping reads. Work in progress is in temporary tables, which SQLite keeps in a file of its own and drops at the end. So
 * the need for memory depends neither on the size of the directory nor on the size of a change.
 */
import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { UsageError } from '../exit-codes.ts';

type OpenOptions = {
  /** If undefined, nothing is remembered. */
  readonly path: string | undefined;
  readonly tenant: string | undefined;
  /** Changes nothing, and creates no file. */
  readonly readOnly: boolean;
};

/** The error codes of SQLite that the caller can do something about. */
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
    desiresMore INTEGER NOT NULL
  );
  CREATE TEMP TABLE touched (value TEXT NOT NULL, seq INTEGER NOT NULL, desired INTEGER NOT NULL);
  CREATE TEMP TABLE linked (seq INTEGER PRIMARY KEY, first INTEGER NOT NULL);
  CREATE TEMP TABLE requests (request INTEGER NOT NULL, seq INTEGER NOT NULL);`;

type StateChoice = {
  /** A path; undefined if none was given, false if nothing may be remembered. */
  readonly state?: string | false | undefined;
  readonly tenant?: string | undefined;
  readonly url?: string | undefined;
};

/** Returns the path of the state file: the chosen one, else one in this folder, named for the tenant and the service. Undefined for none. */
export function statePath({ state, tenant, url }: StateChoice): string | undefined {
  if (typeof state === 'string') return state;
  if (state === false || tenant === undefined || url === undefined) return undefined;
  // Another instance of the service has other objects.
  return `${tenant}@${new URL(url).host.replaceAll(/[^a-z0-9.-]/gi, '_')}.sync-state`;
}

/**
 * Opens a state file, or creates it. No other run can use it until it is closed.
 *
 * Throws `UsageError` if the file belongs to another tenant, is in use, or is not a state file.
 */
export function openState({ path, tenant, readOnly }: OpenOptions): DatabaseSync {
  const isFile = path !== undefined && (!readOnly || existsSync(path));
  try {
    const state = new DatabaseSync(isFile ? path : ':memory:', { readOnly: readOnly && isFile });
    // The lock belongs to the operating system: it ends with the process, even if that is killed.
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
      `Cannot use the state file "${path}" for tenant "${tenant}": it belongs to tenant "${String(row.value)}". Give another --state.`,
    );
  }
}

function asUsageError(error: unknown, path: string): unknown {
  switch ((error as { errcode?: number }).errcode) {
    case sqliteCodes.busy:
      return new UsageError(
        `Cannot use the state file "${path}": another run is using it. Wait until that run has ended.`,
      );
    case sqliteCodes.notDatabase:
      return new UsageError(`Cannot use the state file "${path}": it is not a state file. Give another --state.`);
    case sqliteCodes.cannotOpen:
    case sqliteCodes.readOnly:
      return new UsageError(`Cannot use the state file "${path}": ${(error as Error).message}`);
    default:
      return error;
  }
}

/** Indexes distinguished names. Only change records need that, and most runs have none. */
export function indexNames(state: DatabaseSync, readOnly: boolean): void {
  state.exec('CREATE INDEX IF NOT EXISTS temp.staged_by_dn ON staged (dn) WHERE dn IS NOT NULL');
  if (!readOnly) state.exec('CREATE INDEX IF NOT EXISTS sent_by_dn ON sent (dn) WHERE dn IS NOT NULL');
}

/** Runs work in one transaction of the state file. */
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
