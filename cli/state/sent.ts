/**
 * What the state file learns of a request, before it is sent and after it is answered.
 *
 * Before: its objects become doubtful, so that after a crash nobody believes that they are as they were. After: the answer
 * counts. A doubtful object is sent whole by the next run, or deleted, whatever the directory says by then.
 */
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './open-state.ts';

/** What the state file says of an object: nothing, what was answered, or what was sent without an answer. */
export type Before = 'unknown' | 'certain' | 'doubtful';

/** One object of a request. `operations` is JSON: one, or a delete and an add. */
export type PlannedObject = {
  readonly seq: number;
  readonly anchor: string;
  readonly kind: 'write' | 'delete';
  readonly operations: string;
  readonly count: number;
  readonly before: Before;
};

/** What a request did to an object. `unknown`: the service had nothing under its source anchor to update. */
export type Done = 'done' | 'failed' | 'unknown';

/** The memory of what was sent. */
export type Sent = {
  /** The objects of a request, in the order in which they are sent. */
  objectsOf(request: number): readonly PlannedObject[];
  begin(objects: readonly PlannedObject[]): void;
  end(objects: readonly PlannedObject[], outcomeOf: (object: PlannedObject) => Done): void;
  /** Takes it back that objects were sent: the service has refused the request as a whole. */
  cancel(objects: readonly PlannedObject[]): void;
  /** Keeps what was learnt of entries of which nothing is sent. */
  note(): void;
};

/** Makes the memory of an open state file. */
export function createSent(state: DatabaseSync): Sent {
  const objects = state.prepare(
    `SELECT seq, anchor, kind, operations, count, before FROM requests JOIN planned USING (seq)
     WHERE request = ? ORDER BY requests.rowid`,
  );
  const doubt = state.prepare(
    `INSERT INTO sent SELECT anchor, NULL, dn, entry, 1 FROM planned WHERE seq = ?
     ON CONFLICT (anchor) DO UPDATE SET doubtful = 1`,
  );
  const keep = state.prepare(
    'INSERT OR REPLACE INTO sent SELECT anchor, hash, dn, entry, 0 FROM planned WHERE seq = ?',
  );
  const forget = state.prepare('DELETE FROM sent WHERE anchor = ?');
  const trust = state.prepare('UPDATE sent SET doubtful = 0 WHERE anchor = ?');

  const asItWas = ({ anchor, before }: PlannedObject): void => {
    if (before === 'unknown') forget.run(anchor);
    else if (before === 'certain') trust.run(anchor);
  };
  const learn = (object: PlannedObject, outcome: Done): void => {
    if (outcome === 'failed') asItWas(object);
    else if (outcome === 'unknown' || object.kind === 'delete') forget.run(object.anchor);
    else keep.run(object.seq);
  };
  return {
    objectsOf: (request) => objects.all(request) as PlannedObject[],
    begin: (sent) => inTransaction(state, () => sent.forEach(({ seq }) => doubt.run(seq))),
    end: (sent, outcomeOf) => inTransaction(state, () => sent.forEach((object) => learn(object, outcomeOf(object)))),
    cancel: (sent) => inTransaction(state, () => sent.forEach(asItWas)),
    note: () =>
      inTransaction(state, () =>
        state.exec(`INSERT OR REPLACE INTO sent SELECT anchor, hash, dn, entry, 0 FROM planned WHERE kind = 'note'`),
      ),
  };
}
