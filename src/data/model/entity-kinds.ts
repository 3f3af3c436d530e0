import type { Datastore, Key } from '@google-cloud/datastore';
import { isErased, tombstoneEnd } from '../rules/erasure.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import {
  DEFAULT_ACCOUNT,
  isOpen,
  OUTBOX_GRACE,
  idempotencyEnd,
  TRASH_LIFE,
  type ContentEntry,
  type OutboxEntry,
  type Photo,
  type IdempotencyRecord,
  type User,
  type Year,
  type Upload,
} from './records.ts';
import {
  changedKey,
  expiryKey,
  postedKey,
  publicKey,
  randomShard,
  shardOf,
  timelineKey,
  trashKey,
} from './sort-keys.ts';
import { withPrecision, type StoredPhoto } from './stored-times.ts';

/** Properties of a Datastore entity, as the client takes and gives them. */
export type Properties = Record<string, unknown>;

/** One kind of entity under a user: how its values become properties and come back. */
export interface Kind<T> {
  name: string;
  /** The properties that some query filters or orders by; all others stay out of the indexes. */
  indexed: readonly string[];
  encode(value: T): Properties;
  decode(properties: Properties): T;
}

/** A kind whose whole value is one unindexed JSON text: it is only looked up by key. Features define theirs with it. */
export const packedKind = <T>(name: string): Kind<T> => ({
  name,
  indexed: [],
  encode: (value) => ({ view: JSON.stringify({ v: 1, ...value }) }),
  decode: (properties) => JSON.parse(String(properties['view'])) as T,
});

/** A packed kind of which a sweep takes away what has expired. */
const expiring = <T>(name: string, endOf: (value: T) => number): Kind<T> => {
  const kind = packedKind<T>(name);
  return {
    ...kind,
    indexed: ['expiryKey'],
    encode: (value) => ({ ...kind.encode(value), expiryKey: expiryKey(randomShard(), endOf(value)) }),
  };
};

/**
 * Accounts of the first release say nothing of themselves. Public ones are listed by `publicKey`, those that want
 * summaries by `summaryKey`; the others are in neither index.
 */
export const UserKind: Kind<User> = {
  ...packedKind<User>('User'),
  indexed: ['publicKey', 'summaryKey'],
  encode: (user) => ({
    view: JSON.stringify({ v: 1, ...user }),
    ...(user.publicSince === null ? {} : { publicKey: publicKey(user.handle, user.publicSince) }),
    ...(user.summarySince === null ? {} : { summaryKey: user.handle }),
  }),
  decode: (properties) => ({ ...DEFAULT_ACCOUNT, ...(JSON.parse(String(properties['view'])) as User) }),
};
export const ContentKind = packedKind<ContentEntry>('Claim');
export const YearKind = packedKind<Year>('Year');
export const IdempotencyKind = expiring<IdempotencyRecord>('Receipt', idempotencyEnd);
const uploads = expiring<Upload>('Upload', ({ expiresAt }) => expiresAt);
/** Open ones are found below their user by `open`, which the others do not have. */
export const UploadKind: Kind<Upload> = {
  ...uploads,
  indexed: [...uploads.indexed, 'open'],
  encode: (upload) => ({ ...uploads.encode(upload), ...(isOpen(upload) && { open: true }) }),
};
export const OutboxKind = expiring<OutboxEntry>('Outbox', ({ at }) => at + OUTBOX_GRACE);

/**
 * A photo is one packed text plus what queries need. The keys of a shelf are there only while the photo stands on it: an
 * entity without a property is in no index of it, so that neither timeline, archive nor trash needs a filter.
 */
export const PhotoKind: Kind<Photo> = {
  ...packedKind<Photo>('Photo'),
  indexed: [
    'timelineKey',
    'postedKey',
    'archiveKey',
    'archivePostedKey',
    'trashKey',
    'changedKey',
    'expiryKey',
    'purgeKey',
    'favourite',
    'state',
  ],
  encode: (photo) => ({
    view: JSON.stringify({ v: 1, ...photo }),
    changedKey: changedKey(photo),
    favourite: photo.favourite,
    state: photo.state,
    revision: photo.revision,
    ...shelfKeys(photo),
  }),
  decode: (properties) => withPrecision(JSON.parse(String(properties['view'])) as StoredPhoto),
};

function shelfKeys(photo: Photo): Properties {
  if (onTimeline(photo)) return { timelineKey: timelineKey(photo), postedKey: postedKey(photo) };
  if (inTrash(photo)) return { trashKey: trashKey(photo), purgeKey: expiryKey(shardOf(photo.user), trashEnd(photo)) };
  if (isErased(photo)) return { expiryKey: expiryKey(shardOf(photo.user), tombstoneEnd(photo)) };
  return { archiveKey: timelineKey(photo), archivePostedKey: postedKey(photo) };
}

/** When a photo in the trash goes for good, in milliseconds since the Unix epoch. */
const trashEnd = (photo: Photo) => (photo.trashedAt ?? Infinity) + TRASH_LIFE;

/** Whether a photo shows in the timeline: neither archived nor in the trash. */
export const onTimeline = (photo: Photo) => !photo.archived && photo.trashedAt === null;

/** Whether a photo lies in the trash, from where it can come back. */
export const inTrash = (photo: Photo) => photo.trashedAt !== null && !isErased(photo);

/** The Datastore key of an entity under `user`; without a name, of the user itself. */
export function keyOf(datastore: Datastore, user: UserId, kind: { name: string }, name?: string): Key {
  return datastore.key(name === undefined ? ['User', user] : ['User', user, kind.name, name]);
}

export const photoKey = (datastore: Datastore, user: UserId, photo: PhotoId) =>
  keyOf(datastore, user, PhotoKind, photo);

/** What `save` takes: everything but the indexed properties is excluded from indexes. */
export function toEntity<T>(key: Key, kind: Kind<T>, value: T) {
  const data = kind.encode(value);
  return { key, data, excludeFromIndexes: Object.keys(data).filter((name) => !kind.indexed.includes(name)) };
}
