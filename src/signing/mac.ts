import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SigningKey, SigningKeys } from './keys.ts';

/** Length of a signature: four bytes of key id, sixteen of MAC. */
export const SIGNATURE_BYTES = 20;

/** HMAC-SHA-256 cut to 128 bits, the least that RFC 2104, section 5 recommends. */
export const MAC_BYTES = 16;

/** Signs a message for one purpose, such as `cursor`, with the newest key. */
export function sign(keys: SigningKeys, purpose: string, message: string | Uint8Array): Buffer {
  const [key] = keys;
  return Buffer.concat([key.id, mac(key, purpose, message).subarray(0, MAC_BYTES)]);
}

/**
 * Returns whether one of the keys made this signature for this purpose and message. Takes the same time for any MAC.
 * @param from Which byte of the MAC the signature begins with.
 */
export function verify(
  keys: SigningKeys,
  purpose: string,
  message: string | Uint8Array,
  signature: Uint8Array,
  from = 0,
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const id = signature.subarray(0, SIGNATURE_BYTES - MAC_BYTES);
  const key = keys.find((key) => key.id.equals(id));
  if (key === undefined) return false;
  return timingSafeEqual(mac(key, purpose, message).subarray(from, from + MAC_BYTES), signature.subarray(id.length));
}

/** Makes the whole MAC of a message for one purpose: 32 bytes. */
export const mac = (key: SigningKey, purpose: string, message: string | Uint8Array) =>
  createHmac('sha256', key.derive(purpose)).update(message).digest();
