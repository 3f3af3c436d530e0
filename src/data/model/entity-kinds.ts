import type { Datastore } from '@google-cloud/datastore';
import { isErased, tombstoneEnd } from '../rules/erasure.ts';
import type { AlbumId, PhotoId, UserId } from '../../runtime/ids.ts';
import { expiringKind, keyOf, packedKind, type Kind, type Properties } from './kind.ts';
import {
  idempotencyEnd,
  isOpen,
  OUTBOX_GRACE_MS,
  TRASH_LIFE_MS,
  type ContentEntry,
  type IdempotencyRecord,
  type OutboxEntry,
  type Photo,
  type Upload,
  type User,
  type Year,
} from './records.ts';
import {
  albumPlace,
  changedKey,
  expiryKey,
  postedKey,
  publicKey,
  shardOf,
  timelineKey,
  trashKey,
} from './sort-keys.ts';
import { photoOfVersion1, photoOfVersion2, userOfVersion1 } from './migrations.ts';
import { writeTile } from './tile.ts';
import { termsOfPhoto } from './words-of-photo.ts';

export const ContentKind = packedKind<ContentEntry>('Claim', { version: 1, fields: { photos: 'array' } });

export const YearKind = packedKind<Year>('Year', { version: 1, fields: { days: 'object' } });

export const IdempotencyKind = expiringKind<IdempotencyRecord>(
  'Receipt',
  { version: 1, fields: { fingerprint: 'string', reply: 'unknown', at: 'number' } },
  idempotencyEnd,
);

export const OutboxKind = expiringKind<OutboxEntry>(
  'Outbox',
  { version: 1, fields: { job: 'string', payload: 'unknown', at: 'number' } },
  ({ at }) => at + OUTBOX_GRACE_MS,
);

const packedUser = packedKind<User>('User', {
  version: 2,
  fields: {
    handle: 'string',
    formerHandles: 'array',
    displayName: 'string',
    timeZone: 'string',
    visibility: 'string',
    mail: 'object',
    email: 'string|null',
    publicSince: 'number|null',
    summarySince: 'number|null',
    postsMailFrom: 'number|null',
    revision: 'number',
    sequence: 'number',
    feedFloor: 'number',
    lastPostedAt: 'number',
    photos: 'number',
    bytes: 'number',
    openUploads: 'number',
    reservedBytes: 'number',
    createdAt: 'number',
    events: 'array',
    commits: 'array',
  },
  migrations: { 1: userOfVersion1 },
});

/** Public users are listed by `publicKey`, those that want summaries by `summaryKey`; the others are in neither index. */
export const UserKind: Kind<User> = {
  ...packedUser,
  indexed: ['publicKey', 'summaryKey'],
  // These stand beside the packed text: an earlier release that writes the user drops them, and keeps an unknown field.
  encode: ({ tiles, words, places, ...user }) => ({
    ...packedUser.encode(user),
    ...(tiles !== undefined && { tiles }),
    ...(words !== undefined && { words }),
    ...(places !== undefined && { places }),
    ...(user.publicSince === null ? {} : { publicKey: publicKey(user.handle, user.publicSince) }),
    ...(user.summarySince === null ? {} : { summaryKey: user.handle }),
  }),
  decode(properties, at) {
    const { tiles, words, places } = properties;
    return {
      ...packedUser.decode(properties, at),
      ...(typeof tiles === 'string' && { tiles }),
      ...(typeof words === 'string' && { words }),
      ...(typeof places === 'string' && { places }),
    };
  },
};

const expiringUpload = expiringKind<Upload>(
  'Upload',
  {
    version: 1,
    fields: {
      id: 'string',
      object: 'string',
      session: 'string',
      bytes: 'number',
      type: 'string',
      sha256: 'string',
      fileName: 'string|null',
      expiresAt: 'number',
    },
  },
  ({ expiresAt }) => expiresAt,
);

/** Open uploads are found below their user by `open`, which the others do not have. */
export const UploadKind: Kind<Upload> = {
  ...expiringUpload,
  indexed: [...expiringUpload.indexed, 'open'],
  encode: (upload) => ({ ...expiringUpload.encode(upload), ...(isOpen(upload) && { open: true }) }),
};

const packedPhoto = packedKind<Photo>('Photo', {
  version: 4,
  // Version 3 is version 4 without albums, and version 2 is that without rotations: its readers ignore the fields. A
  // release that does not know albums must not write a photo of one: the photo would vanish from the album's index.
  writtenVersion: ({ rotations, albums }) => (albums !== undefined ? 4 : rotations === 0 ? 2 : 3),
  fields: {
    id: 'string',
    user: 'string',
    caption: 'string',
    alt: 'string',
    fileName: 'string|null',
    takenAt: 'object',
    postedAt: 'number',
    posted: 'number',
    width: 'number',
    height: 'number',
    rotation: 'number',
    rotations: 'number',
    bytes: 'number',
    type: 'string',
    sha256: 'string',
    digest: 'string',
    crc32c: 'string',
    md5: 'string|null',
    camera: 'object',
    location: 'object|null',
    object: 'string',
    placeholder: 'string|null',
    color: 'string|null',
    favourite: 'boolean',
    archived: 'boolean',
    state: 'string',
    processing: 'object',
    trashedAt: 'number|null',
    revision: 'number',
    changed: 'number',
  },
  migrations: { 1: photoOfVersion1, 2: photoOfVersion2, 3: (stored) => stored },
});

/**
 * A photo is one packed text plus what queries need. The keys of a view exist only while the photo is in it: an entity
 * without a property is in no index of it, so that neither timeline, archive nor trash needs a filter.
 */
export const PhotoKind: Kind<Photo> = {
  ...packedPhoto,
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
    'tile',
    'albums',
    'albumKey',
    'albumPostedKey',
    'placeKeys',
    'words',
  ],
  encode: (photo) => ({
    ...packedPhoto.encode(photo),
    changedKey: changedKey(photo),
    favourite: photo.favourite,
    state: photo.state,
    revision: photo.revision,
    tile: writeTile(photo),
    ...viewKeys(photo),
    ...albumKeys(photo),
  }),
};

function viewKeys(photo: Photo): Properties {
  if (onTimeline(photo)) return { timelineKey: timelineKey(photo), postedKey: postedKey(photo) };
  if (inTrash(photo)) return { trashKey: trashKey(photo), purgeKey: expiryKey(shardOf(photo.user), trashEnd(photo)) };
  if (isErased(photo)) return { expiryKey: expiryKey(shardOf(photo.user), tombstoneEnd(photo)) };
  return { archiveKey: timelineKey(photo), archivePostedKey: postedKey(photo) };
}

/**
 * A photo in the trash still names its albums, and stands in none of them. An archived photo stays in them. The keys of albums
 * order what search finds, too.
 */
function albumKeys(photo: Photo): Properties {
  const places = Object.entries(photo.albums ?? {});
  const albums = places.length > 0 && { albums: places.map(([album]) => album) };
  if (photo.trashedAt !== null) return { ...albums };
  const placeKeys = places.map(([album, rank]) =>
    albumPlace({ user: photo.user, album: album as AlbumId, rank, photo: photo.id }),
  );
  const found = { albumKey: timelineKey(photo), albumPostedKey: postedKey(photo), words: termsOfPhoto(photo) };
  return { ...found, ...albums, ...(albums && { placeKeys }) };
}

/** When a photo in the trash is deleted, in milliseconds since the Unix epoch. */
const trashEnd = (photo: Photo) => (photo.trashedAt ?? Infinity) + TRASH_LIFE_MS;

/** Whether a photo shows in the timeline: neither archived nor in the trash. */
export const onTimeline = (photo: Photo) => !photo.archived && photo.trashedAt === null;

/** Whether a photo is in the trash, from where it can be restored. */
export const inTrash = (photo: Photo) => photo.trashedAt !== null && !isErased(photo);

export const photoKey = (datastore: Datastore, user: UserId, photo: PhotoId) =>
  keyOf(datastore, user, PhotoKind, photo);
