import { createHash } from 'node:crypto';

/**
 * Derives the operation id of a mail from the names that identify it: the same names always result in the same UUID.
 *
 * Two deployments can share one mail service, so the names must include the deployment.
 */
export function operationIdOf(...names: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(names)).digest('hex');
  // Version 8 is for UUIDs of a custom form. RFC 9562, section 5.8.
  const variant = ((Number.parseInt(hash.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    variant + hash.slice(17, 20),
    hash.slice(20, 32),
  ].join('-');
}
