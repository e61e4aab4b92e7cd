import type { StoredObject } from './object-row.ts';

/** Tells whether a write of the object has begun and not ended: its error rows may show it as it was to become. */
export function isUnfinished({ writtenBy }: Pick<StoredObject, 'writtenBy'>): boolean {
  return writtenBy.endsWith('/part');
}
