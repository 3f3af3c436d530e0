import { expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import { readPosted } from '../../src/features/mail-summaries/read-posted.ts';
import { createLibrary } from '../../src/data/commit/group-commit.ts';
import { newPhotoId, newUserId, type UserId } from '../../src/runtime/ids.ts';
import { UserKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity } from '../../src/data/model/kind.ts';
import { emptyUser } from '../../src/data/model/records.ts';
import { createStore } from '../../src/data/read/store.ts';
import { START, startWorld } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY = { from: START, to: START + 24 * HOUR };

const world = await startWorld();

/** A new user's library, in which photos are posted at moments of the test's choice. */
async function library() {
  const user = newUserId();
  await world.datastore.save(toEntity(keyOf(world.datastore, user, UserKind), UserKind, emptyUser('ana', START)));
  const post = async (at: number, count = 1) => {
    const { commit } = createLibrary({ ...world, clock: manualClock(at), deliver: async () => [] });
    return Promise.all(Array.from({ length: count }, () => commit(user, (change) => change.photos.add(newPhoto()))));
  };
  const read = () => readPosted(createStore(world.datastore), user, DAY);
  return { user, post, read };
}

const newPhoto = () => ({
  id: newPhotoId(),
  caption: '',
  alt: '',
  fileName: null,
  takenAt: {
    local: '2019-07-01T10:00:00',
    offset: null,
    utc: null,
    source: 'exif' as const,
    precision: 'second' as const,
  },
  width: 4,
  height: 3,
  bytes: 1,
  type: 'image/jpeg',
  sha256: newPhotoId(),
  digest: 'proved' as const,
  crc32c: '',
  md5: null,
  camera: { make: null, model: null, lens: null },
  location: null,
  object: '',
  placeholder: null,
  color: null,
  expectedAtMs: null,
});

test('a period has what was posted from its first to its last millisecond, newest first', async () => {
  const { post, read } = await library();
  await post(DAY.from - 1);
  const [first] = await post(DAY.from);
  const [last] = await post(DAY.to - 1);
  await post(DAY.to);
  expect((await read())?.photos.map(({ id }) => id)).toEqual([last?.id, first?.id]);
});

test('photos beyond one page of reading are counted, even of one millisecond', async () => {
  const { post, read } = await library();
  await post(DAY.from + HOUR, 405);
  const posted = await read();
  expect(posted?.more).toBe(false);
  expect(new Set(posted?.photos.map(({ id }) => id)).size).toBe(405);
});

test('after a thousand the count ends and says so', async () => {
  const { post, read } = await library();
  await post(DAY.from + HOUR, 1001);
  const posted = await read();
  expect(posted?.more).toBe(true);
  expect(posted?.photos).toHaveLength(1000);
});

test('an account that is gone has posted nothing', async () => {
  expect(await readPosted(createStore(world.datastore), 'nobody0000000000' as UserId, DAY)).toBeUndefined();
});
