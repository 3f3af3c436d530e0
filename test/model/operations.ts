import { expect } from 'vitest';
import { Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import type { Randomness } from '../process/kill/randomness.ts';
import { checked } from '../support/checked.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { addToAlbum, deleteAlbum, makeAlbum, removeFromAlbum, renameAlbum, type AlbumsModel } from './albums-model.ts';
import { statusOf, type LibraryModel, type ModelPhoto } from './library-model.ts';

/** A file that a phone may send, again and again. */
export interface PoolPicture {
  bytes: Buffer;
  sha256: string;
  local: string;
}

export interface Setting {
  model: LibraryModel;
  albums: AlbumsModel;
  pool: PoolPicture[];
  random: Randomness;
}

/** One thing that a client does. Operations that touch nothing in common may run at the same time. */
export interface Operation {
  name: string;
  touches: string[];
  /** Sends the request, holds its reply to what must come of it, and returns what it does to the model. */
  run(user: TestUser): Promise<() => void>;
}

const LOCALS = ['2019-06-30T23:59:59', '2019-07-01T00:00:00', '2019-07-01T10:00:00.5', '2020-02-29T12:00:00'];

type Maker = (setting: Setting) => Operation | undefined;

/** By name, with how often each comes. */
const MAKERS: [weight: number, maker: Maker][] = [
  [5, upload],
  [2, uploadTwin],
  [6, edit],
  [2, staleEdit],
  [4, trash],
  [3, restore],
  [2, erase],
  [2, batchEdit],
  [1, batchTrash],
  [1, editGone],
  [2, makeAlbum],
  [1, renameAlbum],
  [1, deleteAlbum],
  [5, addToAlbum],
  [2, removeFromAlbum],
];
const ALL = MAKERS.flatMap(([weight, maker]) => Array.from({ length: weight }, () => maker));

export function randomOperation(setting: Setting): Operation | undefined {
  return setting.random.pick(ALL)?.(setting);
}

const pickIn = ({ model, random }: Setting, ...places: ModelPhoto['place'][]) =>
  random.pick([...model.values()].filter(({ place }) => places.includes(place)));

const twinsOf = (model: LibraryModel, sha256: string) =>
  [...model.values()].filter((photo) => photo.sha256 === sha256 && photo.place !== 'gone');

function upload(setting: Setting): Operation | undefined {
  const picture = setting.random.pick(setting.pool);
  return picture && uploadOf(setting, picture, false);
}

/** How many photos a library may reach by twins: all of them are listed after each round, one by one at times. */
const TWINS_UP_TO = 40;

function uploadTwin(setting: Setting): Operation | undefined {
  const here = [...setting.model.values()].filter(({ place }) => place === 'library');
  const picture = here.length < TWINS_UP_TO ? setting.random.pick(setting.pool) : undefined;
  return picture && uploadOf(setting, picture, true);
}

export function uploadOf({ model, random }: Setting, picture: PoolPicture, allow: boolean): Operation {
  const caption = `caption ${random.whole(0, 999)}`;
  return {
    name: `upload${allow ? ' a twin' : ''}`,
    touches: [picture.sha256, ...twinsOf(model, picture.sha256).map(({ id }) => id)],
    async run(user) {
      const options = { fields: { caption }, ...(allow && { query: '?duplicates=allow' }) };
      const { body, status } = await user.upload(picture.bytes, options);
      expect([200, 201]).toContain(status);
      const { status: outcome, photo } = checked(UploadReply, body);
      return () => takeIn(model, picture, { outcome: allow ? 'allowed' : outcome, photo });
    },
  };
}

/** What an upload does to the model, once the model agrees with what the service said of it. */
function takeIn(model: LibraryModel, picture: PoolPicture, { outcome, photo }: { outcome: string; photo: Photo }) {
  const expected = { missing: 'created', present: 'duplicate', trashed: 'restored' }[statusOf(model, picture.sha256)];
  if (outcome !== 'allowed') expect(outcome).toBe(expected);
  if (outcome === 'duplicate') return;
  const { sha256, local } = picture;
  const { id, caption } = photo;
  const before = model.get(id);
  if (outcome === 'restored') expect(before).toMatchObject({ sha256, place: 'trash' });
  else expect(before).toBeUndefined();
  if (before) model.set(id, { ...before, place: 'library', revision: before.revision + 1 });
  else {
    const fresh = { favourite: false, archived: false, place: 'library', revision: 1 } as const;
    model.set(id, { ...fresh, id, sha256, bytes: picture.bytes.length, local, fileLocal: local, caption });
  }
}

type Edit = Partial<Pick<ModelPhoto, 'caption' | 'favourite' | 'archived'>> & { takenAt?: string | null };

export function randomEdit(random: Randomness): Edit {
  const edits: Edit[] = [
    { caption: `caption ${random.whole(0, 999)}` },
    { favourite: random.fraction() < 0.5 },
    { archived: random.fraction() < 0.5 },
    { takenAt: random.pick(LOCALS) ?? null },
    { takenAt: null, favourite: true },
  ];
  return random.pick(edits) ?? {};
}

export function applyEdit(model: LibraryModel, id: string, { takenAt, ...edit }: Edit): void {
  const before = model.get(id);
  if (!before) throw new Error(`The model knows of no ${id}.`);
  const local = takenAt === undefined ? before.local : (takenAt ?? before.fileLocal);
  model.set(id, { ...before, ...edit, local, revision: before.revision + 1 });
}

function edit(setting: Setting): Operation | undefined {
  const photo = pickIn(setting, 'library', 'trash');
  const change = randomEdit(setting.random);
  return (
    photo && {
      name: 'edit',
      touches: [photo.id, photo.sha256],
      async run(user) {
        const ifMatch = `"${photo.revision}.x"`;
        const { body } = await user.patch(`/v1/photos/${photo.id}`).set('If-Match', ifMatch).send(change).expect(200);
        expect(checked(Photo, body).revision).toBe(photo.revision + 1);
        return () => applyEdit(setting.model, photo.id, change);
      },
    }
  );
}

function staleEdit(setting: Setting): Operation | undefined {
  const photo = pickIn(setting, 'library', 'trash');
  return (
    photo && {
      name: 'edit too late',
      touches: [photo.id, photo.sha256],
      async run(user) {
        const request = user.patch(`/v1/photos/${photo.id}`).set('If-Match', `"${photo.revision - 1}"`);
        const refused = await request.send({ caption: 'never to be seen' }).expect(412);
        expect(problemOf(refused)['current']).toMatchObject({ id: photo.id, revision: photo.revision });
        return () => undefined;
      },
    }
  );
}

function editGone(setting: Setting): Operation | undefined {
  const photo = pickIn(setting, 'gone');
  return (
    photo && {
      name: 'edit what is gone',
      touches: [],
      async run(user) {
        await user.patch(`/v1/photos/${photo.id}`).send({ caption: 'risen' }).expect(404);
        await user.post(`/v1/photos/${photo.id}/restore`).expect(404);
        return () => undefined;
      },
    }
  );
}

const moved = (model: LibraryModel, id: string, place: ModelPhoto['place']) => {
  const before = model.get(id);
  if (before && before.place !== place) model.set(id, { ...before, place, revision: before.revision + 1 });
};

/** An operation that moves one photo from where it is to another place. */
function move(
  setting: Setting,
  name: string,
  { from, to }: { from: ModelPhoto['place'][]; to: ModelPhoto['place'] },
  request: (user: TestUser, id: string) => Promise<unknown>,
): Operation | undefined {
  const photo = pickIn(setting, ...from);
  return (
    photo && {
      name,
      touches: [photo.id, photo.sha256],
      async run(user) {
        await request(user, photo.id);
        return () => moved(setting.model, photo.id, to);
      },
    }
  );
}

function trash(setting: Setting): Operation | undefined {
  return move(setting, 'trash', { from: ['library', 'trash'], to: 'trash' }, (user, id) =>
    user.delete(`/v1/photos/${id}`).expect(204),
  );
}

function restore(setting: Setting): Operation | undefined {
  return move(setting, 'restore', { from: ['library', 'trash'], to: 'library' }, (user, id) =>
    user.post(`/v1/photos/${id}/restore`).expect(200),
  );
}

function erase(setting: Setting): Operation | undefined {
  return move(setting, 'erase', { from: ['trash'], to: 'gone' }, (user, id) =>
    user.delete(`/v1/trash/${id}`).expect(204),
  );
}

interface Results {
  results: { status: string }[];
}

const someOf = (setting: Setting) => {
  const some = Array.from({ length: setting.random.whole(1, 6) }, () => pickIn(setting, 'library', 'trash', 'gone'));
  return [...new Set(some)].filter((photo) => photo !== undefined);
};

const touched = (photos: ModelPhoto[]) => photos.flatMap(({ id, sha256 }) => [id, sha256]);

function batchEdit(setting: Setting): Operation {
  const items = someOf(setting).map((photo) => ({ photo, change: randomEdit(setting.random) }));
  const wrong = { id: 'A'.repeat(16), caption: 'of no photo' };
  return {
    name: 'edit a batch',
    touches: touched(items.map(({ photo }) => photo)),
    async run(user) {
      const sent = [...items.map(({ photo: { id }, change }) => ({ id, ...change })), wrong];
      const { body } = await user.patch('/v1/photos/batch').send({ items: sent }).expect(200);
      const statuses = items.map(({ photo }) => (photo.place === 'gone' ? 'failed' : 'edited'));
      expect((body as Results).results.map(({ status }) => status)).toEqual([...statuses, 'failed']);
      return () => {
        for (const { photo, change } of items) {
          if (photo.place !== 'gone') applyEdit(setting.model, photo.id, change);
        }
      };
    },
  };
}

function batchTrash(setting: Setting): Operation | undefined {
  const photos = someOf(setting);
  if (photos.length === 0) return undefined;
  return {
    name: 'trash a batch',
    touches: touched(photos),
    async run(user) {
      const ids = photos.map(({ id }) => id);
      const { body } = await user.post('/v1/photos/batch/trash').send({ ids }).expect(200);
      const statuses = photos.map(({ place }) => (place === 'gone' ? 'failed' : 'trashed'));
      expect((body as Results).results.map(({ status }) => status)).toEqual(statuses);
      return () => {
        for (const { id, place } of photos) if (place !== 'gone') moved(setting.model, id, 'trash');
      };
    },
  };
}
