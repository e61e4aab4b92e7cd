/**
 * Sealed texts: what a page of a list tells the next one, which nobody else can read, make or change.
 *
 * AES-256-GCM with a key of its own, derived from the link key (HKDF-SHA256, RFC 5869): the key that signs links encrypts
 * nothing. What a text is for is authenticated with it, so it is good for nothing else.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { TokenKeys } from './link-token.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Derives a key for one use from a link key. Different uses get keys that say nothing of each other. */
export function deriveKey(key: Uint8Array, use: 'seal' | 'caller'): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', `duplicate-attribute-resiliency/${use}`, 32));
}

/** Seals a value for a purpose: the same purpose, to the letter, opens it. */
export function seal([key]: TokenKeys, purpose: string, value: unknown): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, deriveKey(key, 'seal'), nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** What was sealed; `isOpen` is false if the text is none that {@link seal} made with one of the keys for this purpose. */
export type Unsealed = { readonly isOpen: true; readonly value: unknown } | { readonly isOpen: false };

/** Opens what {@link seal} made. */
export function unseal(keys: TokenKeys, purpose: string, text: string): Unsealed {
  const bytes = Buffer.from(text, 'base64url');
  // Other spellings of the same bytes are not ours.
  if (bytes.length <= nonceBytes + tagBytes || bytes.toString('base64url') !== text) return { isOpen: false };
  for (const key of keys) {
    const json = decrypt(deriveKey(key, 'seal'), purpose, bytes);
    if (json !== undefined) return { isOpen: true, value: JSON.parse(json) };
  }
  return { isOpen: false };
}

function decrypt(key: Uint8Array, purpose: string, bytes: Buffer): string | undefined {
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const opened = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
  } catch {
    // Its only failure, which has no code: the text was sealed with another key or for another purpose, or was changed.
    return undefined;
  }
  return opened.toString('utf8');
}
