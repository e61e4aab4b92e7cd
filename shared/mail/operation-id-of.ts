import { createHash } from 'node:crypto';

/**
 * Derives the operation id of a mail from what makes it the only one of its kind: the same names give the same UUID.
 *
 * Two deployments can share one mail service, so what tells them apart belongs among the names.
 */
export function operationIdOf(...names: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(names)).digest('hex');
  // Version 8 of RFC 9562 is for UUIDs that are derived in a way of one's own.
  const variant = ((Number.parseInt(hash.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    variant + hash.slice(17, 20),
    hash.slice(20, 32),
  ].join('-');
}
