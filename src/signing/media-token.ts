import { LRUCache } from 'lru-cache';
import { createCipheriv, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../runtime/clock.ts';
import { isId, type AlbumId, type PhotoId, type ShareId, type UserId } from '../runtime/ids.ts';
import type { SigningKey, SigningKeys } from './keys.ts';
import { mac, MAC_BYTES, verify } from './mac.ts';
import { HOUR_MS } from '../runtime/durations.ts';

/** What a media URL permits: the smaller sizes, or the original, whose file may contain place and camera. */
type MediaGrant = 'variants' | 'original';

/** Permits the bearer to fetch bytes of one photo until `expiresAt` (milliseconds since the Unix epoch). */
export interface MediaPass {
  user: UserId;
  photo: PhotoId;
  grant: MediaGrant;
  expiresAt: number;
  /** The share that the URL was made for. Whether it still grants this, is stored. */
  share?: ShareId;
  /** For whom the URL was made, and by which shared album. Whether that user is still a member, is stored. */
  member?: AlbumMember;
}

/** A user who sees photos of other users by a shared album: the owner of the album, or a member. */
export interface AlbumMember {
  host: UserId;
  album: AlbumId;
  viewer: UserId;
}

/** The URLs of a photo stay the same for this time, so that caches work. They are valid for one to two windows. */
const WINDOW_HOURS = 12;

export const URL_WINDOW_MS = WINDOW_HOURS * HOUR_MS;

/** Time for which a URL is valid after it is made. */
export const URL_LIFE_MS = { atLeast: WINDOW_HOURS * HOUR_MS, atMost: 2 * WINDOW_HOURS * HOUR_MS };

/**
 * Returns the expiry of tokens that are signed now for a user's photos: a full hour, 12 to 24 h ahead. Replies with
 * such URLs have it in their ETag and cache key. It changes at different hours for different users, so that the caches
 * do not all expire at once.
 */
export function mediaWindow(clock: Clock, user: UserId): number {
  const offset = (user.charCodeAt(0) + user.charCodeAt(1)) % WINDOW_HOURS;
  const hours = Math.floor(clock.now() / HOUR_MS) + offset;
  return (hours - (hours % WINDOW_HOURS) + 2 * WINDOW_HOURS - offset) * HOUR_MS;
}

/** The tokens of one photo's URLs. */
export type MediaTokens = Record<MediaGrant, string>;

/**
 * Makes the function that signs tokens for photos of one user until `expiresAt`, in the order of the photos. One MAC gives
 * the keys of the window, and a photo takes two blocks of AES.
 */
export function mediaSigner(
  { signingKeys: [key] }: { signingKeys: SigningKeys },
  { user, expiresAt }: Pick<MediaPass, 'user' | 'expiresAt'>,
): (photos: readonly PhotoId[]) => MediaTokens[] {
  const hour = hourOf(expiresAt);
  const keys = windowKeys(key, user, hour);
  return (photos) => {
    const variants = seals(keys.variants, photos);
    const originals = seals(keys.original, photos);
    return photos.map((_, at) => ({
      variants: `${user}${LETTERS.variants}${hour}${variants[at]}`,
      original: `${user}${LETTERS.original}${hour}${originals[at]}`,
    }));
  };
}

/** Reads a token of a photo's URL. Returns undefined if it is damaged, forged, expired or of another photo. */
export function readMediaToken(
  { signingKeys, clock }: { signingKeys: SigningKeys; clock: Clock },
  photo: PhotoId,
  token: string,
): MediaPass | undefined {
  if (MEMBER_TOKEN.test(token)) return readMemberMediaToken({ signingKeys, clock }, photo, token);
  if (SHARE_TOKEN.test(token)) return readShareMediaToken({ signingKeys, clock }, photo, token);
  const [, user, letter, hour, seal] = TOKEN.exec(token) ?? EARLIER_TOKEN.exec(token) ?? [];
  if (!user || !hour || !seal || !isId(photo)) return undefined;
  const expiresAt = Number.parseInt(hour, 36) * HOUR_MS;
  if (clock.now() >= expiresAt) return undefined;
  const grant: MediaGrant = letter === LETTERS.original ? 'original' : 'variants';
  const genuine = token.includes('.')
    ? isEarlierSeal(signingKeys, { user, photo, hour, grant }, seal)
    : signingKeys.some((key) => isEqual(seal, seals(windowKeys(key, user, hour)[grant], [photo])[0]));
  return genuine ? { user: user as UserId, photo, grant, expiresAt } : undefined;
}

/** URLs for the guests of a share and for the members of an album are valid for one to two of these. */
const SHARE_WINDOW_MS = HOUR_MS / 2;

/** Returns the expiry of tokens that are signed now for guests and members: 30 to 60 minutes ahead. */
export const shareWindow = (clock: Clock): number => (Math.floor(clock.now() / SHARE_WINDOW_MS) + 2) * SHARE_WINDOW_MS;

/** Makes the function that signs tokens for the guests of a share, until a time of `shareWindow`. */
export function shareSigner(
  { signingKeys: [key] }: { signingKeys: SigningKeys },
  { user, share, expiresAt }: { user: UserId; share: ShareId; expiresAt: number },
): (photo: PhotoId) => MediaTokens {
  const until = Math.floor(expiresAt / SHARE_WINDOW_MS).toString(36);
  const keys = shareKeys(key, user, share, until);
  const token = (grant: MediaGrant, photo: PhotoId) =>
    `${user}${SHARE_LETTERS[grant]}${share}${until}${seals(keys[grant], [photo])[0]}`;
  return (photo) => ({ variants: token('variants', photo), original: token('original', photo) });
}

function readShareMediaToken(
  { signingKeys, clock }: { signingKeys: SigningKeys; clock: Clock },
  photo: PhotoId,
  token: string,
): MediaPass | undefined {
  const [, user, letter, share, until, seal] = SHARE_TOKEN.exec(token) ?? [];
  if (!user || !share || !until || !seal || !isId(photo)) return undefined;
  const expiresAt = Number.parseInt(until, 36) * SHARE_WINDOW_MS;
  if (clock.now() >= expiresAt) return undefined;
  const grant: MediaGrant = letter === SHARE_LETTERS.original ? 'original' : 'variants';
  const sealOf = (key: SigningKey) => seals(shareKeys(key, user, share, until)[grant], [photo])[0];
  if (!signingKeys.some((key) => isEqual(seal, sealOf(key)))) return undefined;
  return { user: user as UserId, photo, grant, expiresAt, share: share as ShareId };
}

/** Makes the function that signs tokens of the smaller sizes of one user's photos for a member of an album. */
export function memberSigner(
  { signingKeys: [key] }: { signingKeys: SigningKeys },
  { user, member, expiresAt }: { user: UserId; member: AlbumMember; expiresAt: number },
): (photo: PhotoId) => string {
  const until = Math.floor(expiresAt / SHARE_WINDOW_MS).toString(36);
  const { host, album, viewer } = member;
  const head = `${user}m${host}${album}${viewer}${until}`;
  const sealKey = memberKey(key, head);
  return (photo) => `${head}${seals(sealKey, [photo])[0]}`;
}

function readMemberMediaToken(
  { signingKeys, clock }: { signingKeys: SigningKeys; clock: Clock },
  photo: PhotoId,
  token: string,
): MediaPass | undefined {
  const [, head = '', user, host, album, viewer, until = '', seal = ''] = MEMBER_TOKEN.exec(token) ?? [];
  if (!isId(photo)) return undefined;
  const expiresAt = Number.parseInt(until, 36) * SHARE_WINDOW_MS;
  if (!(clock.now() < expiresAt)) return undefined;
  if (!signingKeys.some((key) => isEqual(seal, seals(memberKey(key, head), [photo])[0]))) return undefined;
  const member = { host: host as UserId, album: album as AlbumId, viewer: viewer as UserId };
  return { user: user as UserId, photo, grant: 'variants', expiresAt, member };
}

/** Valid tokens that are kept. Each takes a few hundred bytes. */
const MAX_KEPT = 10_000;

/** Creates `readMediaToken` with a cache: all sizes of a photo have the same token. */
export function createMediaTokenReader(deps: { signingKeys: SigningKeys; clock: Clock }) {
  const valid = new LRUCache<string, MediaPass>({ max: MAX_KEPT });
  return (photo: PhotoId, token: string): MediaPass | undefined => {
    const key = photo + token;
    const known = valid.get(key);
    if (known) return deps.clock.now() < known.expiresAt ? known : undefined;
    const pass = readMediaToken(deps, photo, token);
    if (pass) valid.set(key, pass);
    return pass;
  };
}

const LETTERS = { variants: 'v', original: 'o' } as const satisfies Record<MediaGrant, string>;

/**
 * User, grant, hour of expiry, seal. The photo's id is elsewhere in the URL. The hour has four digits until the year 2161.
 * No dot separates them, and no id of a key is among them: a page carries some hundred tokens.
 */
const TOKEN = /^([0-9A-Za-z]{16})([vo])([0-9a-z]{4})([\w-]{16})$/;

/** The same for guests: user, grant, share, half hour of expiry, seal. The half hour has four digits until the year 2065. */
const SHARE_TOKEN = /^([0-9A-Za-z]{16})([sx])([0-9A-Za-z]{16})([0-9a-z]{4})([\w-]{16})$/;

/** The same for members: the user of the photo; owner, album and viewer; half hour of expiry, seal. It opens no original. */
const MEMBER_TOKEN =
  /^(([0-9A-Za-z]{16})m([0-9A-Za-z]{16})([0-9A-Za-z]{16})([0-9A-Za-z]{16})([0-9a-z]{4}))([\w-]{16})$/;

const SHARE_LETTERS = { variants: 's', original: 'x' } as const satisfies Record<MediaGrant, string>;

const hourOf = (ms: number) => Math.floor(ms / HOUR_MS).toString(36);

/** The keys of AES-128 that seal one user's photos until one hour. Neither half of a MAC reveals anything of the other. */
function windowKeys(key: SigningKey, user: string, hour: string): Record<MediaGrant, Buffer> {
  const whole = mac(key, 'media window', `${user}.${hour}`);
  return { variants: whole.subarray(0, MAC_BYTES), original: whole.subarray(MAC_BYTES) };
}

function shareKeys(key: SigningKey, user: string, share: string, until: string): Record<MediaGrant, Buffer> {
  const whole = mac(key, 'shared media window', `${user}.${share}.${until}`);
  return { variants: whole.subarray(0, MAC_BYTES), original: whole.subarray(MAC_BYTES) };
}

const memberKey = (key: SigningKey, head: string): Buffer =>
  mac(key, 'member media window', head).subarray(0, MAC_BYTES);

/** Bytes of a block of AES, and characters of an id. */
const BLOCK_BYTES = 16;

/** Bytes of a seal: 96 bits, as RFC 4494 cuts the MACs of AES. */
const SEAL_BYTES = 12;

/**
 * Seals ids. An id is exactly one block, and for messages of one block AES itself is the MAC: CBC-MAC and, but for a
 * constant, CMAC (NIST SP 800-38B, 6.2).
 * @throws TypeError when an id has another length: it would shift all that follow
 */
function seals(key: Buffer, photos: readonly PhotoId[]): string[] {
  const ids = photos.join('');
  if (!photos.every(({ length }) => length === BLOCK_BYTES)) throw new TypeError('An id of a photo has 16 characters.');
  const sealed = createCipheriv('aes-128-ecb', key, null).update(ids, 'latin1');
  return photos.map((_, at) => sealed.toString('base64url', BLOCK_BYTES * at, BLOCK_BYTES * at + SEAL_BYTES));
}

const isEqual = (a: string, b = '') => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** As the first release made them. */
const EARLIER_TOKEN = /^([0-9A-Za-z]{16})\.([vo])\.([0-9a-z]{1,6})\.([\w-]{27})$/;

/** Returns whether the first release made this MAC. Its first half was for the smaller sizes, its second for the original. */
function isEarlierSeal(
  keys: SigningKeys,
  { user, photo, hour, grant }: { user: string; photo: string; hour: string; grant: MediaGrant },
  seal: string,
): boolean {
  const from = grant === 'variants' ? 0 : MAC_BYTES;
  return verify(keys, 'media', `${user}.${photo}.${hour}`, Buffer.from(seal, 'base64url'), from);
}
