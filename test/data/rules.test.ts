import { expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { createLibrary } from '../../src/data/commit/group-commit.ts';
import { packedKind } from '../../src/data/model/kind.ts';
import { photoRef, type EntityRef } from '../../src/data/model/entity-refs.ts';
import type { ChangeRules } from '../../src/data/rules/change.ts';
import { isErased } from '../../src/data/rules/erasure.ts';
import { manualClock } from '../../src/runtime/clock.ts';
import type { PhotoId, UserId } from '../../src/runtime/ids.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { START, startWorld } from '../support/world.ts';

const world = await startWorld();

interface Note {
  text: string;
}

const NoteKind = packedKind<Note>('Note', { version: 1, fields: { text: 'string' } });
const noteRef = (photo: PhotoId): EntityRef<Note> => ({ kind: NoteKind, name: photo });

/** Keeps a note with each photo: the rules that a feature declares in its folder. */
const notes: ChangeRules = {
  async onPhotoAdded({ entities }, { id, caption }) {
    entities.write(noteRef(id), { text: caption });
  },
  async onPhotosErased({ entities }, photos) {
    for (const { id } of photos) entities.write(noteRef(id), undefined);
  },
};

const refusing: ChangeRules = {
  async onPhotosErased() {
    throw new Error('the rule refuses');
  },
};

const libraryWith = (...rules: ChangeRules[]) =>
  createLibrary({ ...world, clock: manualClock(START), deliver: async () => [], rules });

/** A user with two photos that were added under the rules of the notes. */
async function userWithNotes() {
  const client = await world.user();
  const user = (await client.read('/v1/me', Me)).id as UserId;
  const { id } = checked(UploadReply, (await client.upload(await picture()).expect(201)).body).photo;
  const photos = await libraryWith(notes).commit(user, async (change) => {
    const photo = { ...(await change.photos.get(id as PhotoId)), expectedAtMs: null };
    const copy = (number: number) => ({ ...photo, id: `copy-${number}` as PhotoId, caption: `Copy ${number}` });
    return [await change.photos.add(copy(1)), await change.photos.add(copy(2))];
  });
  return { user, photos };
}

const textOf = (user: UserId, photo: PhotoId) =>
  libraryWith().commit(user, async ({ entities }) => (await entities.read(noteRef(photo)))?.text);

test('a rule onPhotoAdded receives each photo that a change adds, and commits with it', async () => {
  const { user, photos } = await userWithNotes();
  expect(await Promise.all(photos.map(({ id }) => textOf(user, id)))).toEqual(['Copy 1', 'Copy 2']);
});

test('a rule onPhotosErased receives all photos that a change erases, as they were before', async () => {
  const { user, photos } = await userWithNotes();
  await libraryWith(notes).commit(user, (change) => change.photos.erase(photos));
  expect(await Promise.all(photos.map(({ id }) => textOf(user, id)))).toEqual([undefined, undefined]);
});

test('photos stay when a rule refuses their erasure', async () => {
  const { user, photos } = await userWithNotes();
  const erasing = libraryWith(notes, refusing).commit(user, (change) => change.photos.erase(photos));
  await expect(erasing).rejects.toThrow('the rule refuses');
  const kept = await libraryWith().commit(user, ({ entities }) =>
    Promise.all(photos.map(({ id }) => entities.read(photoRef(id)))),
  );
  expect(kept.map((photo) => photo && isErased(photo))).toEqual([false, false]);
  expect(await Promise.all(photos.map(({ id }) => textOf(user, id)))).toEqual(['Copy 1', 'Copy 2']);
});
