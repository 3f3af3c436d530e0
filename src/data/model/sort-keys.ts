import { randomInt } from 'node:crypto';
import type { AlbumId, PhotoId, UserId } from '../../runtime/ids.ts';
import type { Photo } from './records.ts';

/** Digits of a sequence in a sortable text: enough for every integer that a double holds exactly. */
const SEQUENCE_DIGITS = 16;

const fixed = (sequence: number) => String(sequence).padStart(SEQUENCE_DIGITS, '0');

/** `2019-07-01T10:00:00.12` as 26 characters: text sorts by time only when every field has its fixed width. */
export function sortableLocal(local: string): string {
  const [seconds = '', fraction = ''] = local.split('.');
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, '0')}`;
}

/**
 * Position in the timeline: wall-clock time of capture, then id. The user prefix spreads the index
 * (docs/platform.md#hot-spots). A photo of which only the year is known stands at its start.
 */
export const timelineKey = (photo: Photo) =>
  `${photo.user}|${photo.timelineAt ?? sortableLocal(photo.takenAt.local)}|${photo.id}`;

/** Position in the order of posting: time of posting, then the sequence at that time. */
export const postedKey = (photo: Pick<Photo, 'user' | 'postedAt' | 'posted'>) =>
  `${photo.user}|${new Date(photo.postedAt).toISOString()}|${fixed(photo.posted)}`;

/** Position in the trash: the time when it was moved there, then id. */
export const trashKey = (photo: Pick<Photo, 'user' | 'id' | 'trashedAt'>) =>
  `${photo.user}|${new Date(photo.trashedAt ?? 0).toISOString()}|${photo.id}`;

/**
 * Position in the hand order of an album: rank, then id, because two changes at once may give the same rank. The dot between
 * them sorts before every character of a rank, so that a longer rank stands behind the one that it begins with.
 */
export const albumPlace = ({ user, album, rank, photo }: AlbumPlace) => `${albumStart(user, album)}${rank}.${photo}`;

interface AlbumPlace {
  user: UserId;
  album: AlbumId;
  rank: string;
  photo: PhotoId;
}

/** How all positions in the hand order of an album begin. */
export const albumStart = (user: UserId, album: AlbumId) => `${user}|${album}|`;

/** The photo in such a position. */
export const photoIn = (place: string) => place.slice(place.lastIndexOf('.') + 1) as PhotoId;

/** The rank in such a position. */
export const rankIn = (place: string) => place.slice(place.lastIndexOf('|') + 1, place.lastIndexOf('.'));

/** Times rise, and bare ones would all be written at one end of the index: a random shard in front spreads them. */
export const EXPIRY_SHARDS = Array.from('0123456789abcdef');

/** A shard for entities that are only found by their expiry. */
export const randomShard = () => EXPIRY_SHARDS[randomInt(EXPIRY_SHARDS.length)] ?? '0';

/** The shard of entities that are also found user by user. */
export const shardOf = (user: UserId) => EXPIRY_SHARDS[user.charCodeAt(0) % EXPIRY_SHARDS.length] ?? '0';

/** Position within one shard of what expires at a time, in milliseconds since the Unix epoch. */
export const expiryKey = (shard: string, at: number) => `${shard}|${new Date(at).toISOString()}`;

/** The time in such a position, in milliseconds since the Unix epoch. */
export const endIn = (key: string): number => Date.parse(key.slice(key.indexOf('|') + 1));

/** Public timelines are listed by the time when they became so: in a few shards, since times rise. */
export const PUBLIC_SHARDS = ['0', '1', '2', '3'];

/** Position of a public timeline within its shard, which stays the same as long as the handle does. */
export const publicKey = (handle: string, since: number) =>
  `${PUBLIC_SHARDS[(handle.codePointAt(0) ?? 0) % PUBLIC_SHARDS.length]}|${new Date(since).toISOString()}`;

/** Position in the change feed directly behind everything up to a sequence. */
export const feedPosition = (user: UserId, sequence: number) => `${user}|${fixed(sequence)}`;

/** The sequence in such a position. */
export const sequenceIn = (position: string) => Number(position.slice(position.indexOf('|') + 1));

/** Position of a photo in the change feed. */
export const changedKey = (photo: Pick<Photo, 'user' | 'changed'>) => feedPosition(photo.user, photo.changed);
