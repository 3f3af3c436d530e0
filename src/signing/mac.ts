import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SigningKey, SigningKeys } from './keys.ts';

/** Length of a signature: four bytes of key id, sixteen of MAC. */
export const SIGNATURE_BYTES = 20;

/** HMAC-SHA-256 cut to 128 bits, the least that RFC 2104, section 5 recommends. */
const MAC_BYTES = 16;

/** Which 128 bits of the MAC are the signature. Neither half reveals anything about the other. */
export type Half = 'first' | 'second';

/** Signs a message for one purpose, such as `cursor`, with the newest key. */
export function sign(keys: SigningKeys, purpose: string, message: string | Uint8Array): Buffer {
  const [key] = keys;
  return Buffer.concat([key.id, part(mac(key, purpose, message), 'first')]);
}

/**
 * Makes two independent signatures of one message by one MAC of the newest key, without the id of that key. `verifyMac`
 * tries all keys.
 */
export function macHalves(keys: SigningKeys, purpose: string, message: string | Uint8Array): Record<Half, Buffer> {
  const whole = mac(keys[0], purpose, message);
  return { first: part(whole, 'first'), second: part(whole, 'second') };
}

/** Returns whether one of the keys made this half of a MAC for this purpose and message. */
export function verifyMac(
  keys: SigningKeys,
  purpose: string,
  message: string | Uint8Array,
  half: Half,
  given: Uint8Array,
): boolean {
  if (given.length !== MAC_BYTES) return false;
  return keys.some((key) => timingSafeEqual(part(mac(key, purpose, message), half), given));
}

/**
 * Returns whether one of the keys made this signature for this purpose and message. Takes the same time for any MAC.
 */
export function verify(
  keys: SigningKeys,
  purpose: string,
  message: string | Uint8Array,
  signature: Uint8Array,
  half: Half = 'first',
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const id = signature.subarray(0, SIGNATURE_BYTES - MAC_BYTES);
  const key = keys.find((key) => key.id.equals(id));
  return key !== undefined && timingSafeEqual(part(mac(key, purpose, message), half), signature.subarray(id.length));
}

const mac = (key: SigningKey, purpose: string, message: string | Uint8Array) =>
  createHmac('sha256', key.derive(purpose)).update(message).digest();

const part = (whole: Buffer, half: Half) =>
  half === 'first' ? whole.subarray(0, MAC_BYTES) : whole.subarray(MAC_BYTES);
