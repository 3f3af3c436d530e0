import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** RFC 7914: 16 MiB of memory and some 50 ms for each guess. */
const COST = { N: 2 ** 14, r: 8, p: 1 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** Returns salt and hash of a password, as a share keeps them. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return `${salt.toString('base64url')}.${(await derived(password, salt)).toString('base64url')}`;
}

/** Whether a password is the one whose hash is kept. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [salt = '', hash = ''] = kept.split('.').map((part) => Buffer.from(part, 'base64url'));
  const found = await derived(password, Buffer.from(salt));
  return found.length === hash.length && timingSafeEqual(found, Buffer.from(hash));
}

const derived = (password: string, salt: Buffer) =>
  new Promise<Buffer>((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
