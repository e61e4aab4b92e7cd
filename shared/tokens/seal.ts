/**
 * Sealed texts, for page tokens: only this service can read, make or change one.
 *
 * They are encrypted with AES-256-GCM. The key is derived from the link key with HKDF-SHA256 (RFC 5869), so the key that signs
 * links encrypts nothing. The purpose of a text is authenticated with it: the text opens for no other purpose.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { TokenKeys } from './link-token.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Derives a key for one use from a link key. The key of one use reveals nothing about the key of another. */
export function deriveKey(key: Uint8Array, use: 'seal' | 'caller'): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', `duplicate-attribute-resiliency/${use}`, 32));
}

/** Seals a value. Only exactly the same purpose opens it. */
export function seal([key]: TokenKeys, purpose: string, value: unknown): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, deriveKey(key, 'seal'), nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** The sealed value, unless {@link seal} never made the text with one of the keys and for this purpose. */
type Unsealed = { readonly isOpen: true; readonly value: unknown } | { readonly isOpen: false };

/** Opens a sealed text. */
export function unseal(keys: TokenKeys, purpose: string, text: string): Unsealed {
  const bytes = Buffer.from(text, 'base64url');
  // `Buffer` also accepts other spellings of the same bytes.
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
    // The only possible failure, without a code: another key, another purpose, or a changed text.
    return undefined;
  }
  return opened.toString('utf8');
}
