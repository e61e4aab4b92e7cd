/**
 * Stores in the state file that a request is about to be sent, and later its answer.
 *
 * Before it is sent, its objects become doubtful: after a crash, the service may or may not have applied the request. The
 * answer ends the doubt. The next run sends a doubtful object whole, or deletes it, even if the directory has not changed.
 */
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './open-state.ts';

/** What the state file knows of an object: nothing, its state after an answer, or only that it was sent without an answer. */
export type Before = 'unknown' | 'certain' | 'doubtful';

/** One object of a request. `operations` is JSON: one operation, or a delete and an add. */
export type PlannedObject = {
  readonly seq: number;
  readonly anchor: string;
  readonly kind: 'write' | 'delete';
  readonly operations: string;
  readonly count: number;
  readonly before: Before;
};

/** The result of a request for one object. `unknown`: the service has no object with this source anchor to update. */
export type Delivery = 'done' | 'failed' | 'unknown';

/** The objects that were sent, in the state file. */
export type Sent = {
  /** Returns the objects of a request, in their order. */
  objectsOf(request: number): readonly PlannedObject[];
  begin(objects: readonly PlannedObject[]): void;
  end(objects: readonly PlannedObject[], outcomeOf: (object: PlannedObject) => Delivery): void;
  /** Ends the doubt without a change: the service has refused the request as a whole. */
  cancel(objects: readonly PlannedObject[]): void;
  /** Stores the changed entries whose objects stay the same. */
  note(): void;
};

/** Opens the objects that were sent, in an open state file. */
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

  const restore = ({ anchor, before }: PlannedObject): void => {
    if (before === 'unknown') forget.run(anchor);
    else if (before === 'certain') trust.run(anchor);
  };
  const store = (object: PlannedObject, outcome: Delivery): void => {
    if (outcome === 'failed') restore(object);
    else if (outcome === 'unknown' || object.kind === 'delete') forget.run(object.anchor);
    else keep.run(object.seq);
  };
  return {
    objectsOf: (request) => objects.all(request) as PlannedObject[],
    begin: (sent) => inTransaction(state, () => sent.forEach(({ seq }) => doubt.run(seq))),
    end: (sent, outcomeOf) => inTransaction(state, () => sent.forEach((object) => store(object, outcomeOf(object)))),
    cancel: (sent) => inTransaction(state, () => sent.forEach(restore)),
    note: () =>
      inTransaction(state, () =>
        state.exec(`INSERT OR REPLACE INTO sent SELECT anchor, hash, dn, entry, 0 FROM planned WHERE kind = 'note'`),
      ),
  };
}
