import { describe, expect, test } from 'vitest';
import {
  ContentKind,
  IdempotencyKind,
  OutboxKind,
  PhotoKind,
  UploadKind,
  UserKind,
  YearKind,
} from '../../src/data/model/entity-kinds.ts';
import { packedKind, UnreadableEntity, type Kind } from '../../src/data/model/kind.ts';
import { emptyUser, type Photo } from '../../src/data/model/records.ts';

const at = { path: ['User', 'u1', 'Any', 'name'] };

const read = <T>(kind: Kind<T>, view: object) => kind.decode({ view: JSON.stringify(view) }, at);

/** What the first release stored of a user. */
const USER_OF_VERSION_1 = {
  v: 1,
  handle: 'ana',
  sequence: 3,
  feedFloor: 0,
  photos: 2,
  bytes: 4_000,
  createdAt: 1_700_000_000_000,
  commits: ['c1'],
};

/** What the first release stored of a photo: without md5, digest, precision and tombstones. */
const PHOTO_OF_VERSION_1 = {
  v: 1,
  id: 'p1',
  user: 'u1',
  caption: 'Harbour',
  alt: '',
  fileName: 'a.jpg',
  takenAt: { local: '2019-07-01T00:00:00', offset: null, utc: null, source: 'xmp' },
  postedAt: 1_700_000_000_000,
  posted: 1,
  width: 40,
  height: 30,
  bytes: 2_000,
  type: 'image/jpeg',
  sha256: 'ab',
  crc32c: 'cd==',
  camera: { make: null, model: null, lens: null },
  location: null,
  object: 'originals/u1/p1/o1',
  placeholder: null,
  color: null,
  favourite: false,
  archived: false,
  state: 'ready',
  processing: { attempts: 1, lastError: null, nextAttemptAt: null },
  trashedAt: null,
  revision: 1,
  changed: 2,
};

describe('stored entities of earlier versions', () => {
  test('a user of version 1 gets the settings and counts of a new account', () => {
    expect(read(UserKind, USER_OF_VERSION_1)).toEqual({
      ...emptyUser('ana', USER_OF_VERSION_1.createdAt),
      ...USER_OF_VERSION_1,
    });
  });

  test('a user of version 1 keeps the settings that it has', () => {
    const settings = { displayName: 'Ana', timeZone: 'Europe/Rome', openUploads: 4, reservedBytes: 9 };
    expect(read(UserKind, { ...USER_OF_VERSION_1, ...settings })).toMatchObject(settings);
  });

  test('a photo of version 1 gets the precision of its times', () => {
    const fileSays = { takenAt: { local: '2019-07-01T10:00:00', offset: '+02:00', utc: null, source: 'exif' } };
    expect(read(PhotoKind, { ...PHOTO_OF_VERSION_1, fileSays })).toEqual({
      ...PHOTO_OF_VERSION_1,
      digest: 'proved',
      md5: null,
      rotation: 0,
      rotations: 0,
      takenAt: { ...PHOTO_OF_VERSION_1.takenAt, precision: 'day' },
      fileSays: { takenAt: { ...fileSays.takenAt, precision: 'second' } },
    });
  });

  test('a photo of version 1 keeps what later releases of that version stored', () => {
    const later = {
      digest: 'claimed',
      md5: 'ef==',
      takenAt: { ...PHOTO_OF_VERSION_1.takenAt, precision: 'year' },
      fileSays: { location: null },
      erasedAt: 5,
    };
    expect(read(PhotoKind, { ...PHOTO_OF_VERSION_1, ...later })).toEqual({
      ...PHOTO_OF_VERSION_1,
      ...later,
      rotation: 0,
      rotations: 0,
    });
  });

  test('a photo of version 2 was never rotated', () => {
    const photo = { ...PHOTO_OF_VERSION_1, v: 2, digest: 'claimed', md5: null };
    expect(read(PhotoKind, photo)).toEqual({ ...photo, rotation: 0, rotations: 0 });
  });

  test('a photo that was never rotated and is in no album is written for releases that read version 2', () => {
    const photo = read(PhotoKind, { ...PHOTO_OF_VERSION_1, v: 2, digest: 'claimed', md5: null });
    const versionOf = (written: Photo) => (JSON.parse(String(PhotoKind.encode(written)['view'])) as { v: number }).v;
    expect(versionOf(photo)).toBe(2);
    expect(versionOf({ ...photo, rotation: 90, rotations: 1 })).toBe(3);
    expect(versionOf({ ...photo, rotation: 0, rotations: 2 })).toBe(3);
    expect(versionOf({ ...photo, albums: { album: 'a0' } })).toBe(4);
  });

  test('an upload without reserved bytes is read as it is', () => {
    const upload = { v: 1, id: 'x', object: 'o', session: 's', bytes: 1, type: 't', sha256: 'a', fileName: null };
    expect(read(UploadKind, { ...upload, expiresAt: 7 })).toEqual({ ...upload, expiresAt: 7 });
  });

  test.each<[string, Kind<unknown>, object]>([
    ['a content entry', ContentKind, { v: 1, photos: ['p1'] }],
    ['the days of a year', YearKind, { v: 1, days: { '07-01': 2 } }],
    ['an idempotency record', IdempotencyKind, { v: 1, fingerprint: 'f', reply: [], at: 1 }],
    ['an outbox entry', OutboxKind, { v: 1, job: 'make-variants', payload: {}, at: 1 }],
  ])('%s of version 1 is read as it is', (_, kind, view) => {
    expect(read(kind, view)).toEqual(view);
  });
});

test('an entity that is written again carries the version of this release', () => {
  const { view } = UserKind.encode(read(UserKind, USER_OF_VERSION_1));
  expect(JSON.parse(String(view))).toMatchObject({ v: 2 });
});

describe('unreadable entities', () => {
  test('an entity of a later version is refused with its kind and key', () => {
    const reading = () => read(PhotoKind, { ...PHOTO_OF_VERSION_1, v: 5 });
    expect(reading).toThrow(UnreadableEntity);
    expect(reading).toThrow(
      'The Photo entity User/u1/Any/name cannot be read: its version is 5, and this release reads 1 to 4.',
    );
  });

  test.each([undefined, 0, '1', 1.5])('an entity of the version %j is refused', (v) => {
    expect(() => read(PhotoKind, { ...PHOTO_OF_VERSION_1, v })).toThrow('and this release reads 1 to 4');
  });

  test('an entity without a required field is refused with the name of that field', () => {
    expect(() => read(YearKind, { v: 1 })).toThrow('its field days is undefined');
  });

  test('an entity with a field of another type is refused', () => {
    expect(() => read(ContentKind, { v: 1, photos: null })).toThrow('its field photos is null');
  });

  test.each(['', '7', 'null', '[]', undefined])('an entity with the text %j is refused', (view) => {
    expect(() => YearKind.decode({ view }, at)).toThrow('its property view is no JSON object');
  });

  test('the error names the path of a raw read as well', () => {
    const path = [
      { kind: 'User', name: 'u1' },
      { kind: 'Year', name: '2019' },
    ];
    expect(() => YearKind.decode({ view: '{"v":2}' }, { path })).toThrow('The Year entity User/u1/Year/2019');
  });
});

test('a kind migrates a value step by step', () => {
  const kind = packedKind<{ names: string[] }>('Any', {
    version: 3,
    fields: { names: 'array' },
    migrations: {
      1: ({ name }) => ({ first: name }),
      2: ({ first }) => ({ names: [first] }),
    },
  });
  expect(read(kind, { v: 1, name: 'a' })).toEqual({ names: ['a'] });
  expect(read(kind, { v: 2, first: 'b' })).toEqual({ names: ['b'] });
  expect(kind.encode({ names: [] })).toEqual({ view: '{"names":[],"v":3}' });
});
