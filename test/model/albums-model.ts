import { expect } from 'vitest';
import { Album, AlbumsPage } from '../../src/features/albums/schemas.ts';
import { checked } from '../support/checked.ts';
import type { TestUser } from '../support/test-user.ts';
import { taken, type LibraryModel, type ModelPhoto } from './library-model.ts';
import type { Operation, Setting } from './operations.ts';

/** What one album ought to be: its title, and a set of photos. */
export interface ModelAlbum {
  id: string;
  title: string;
  photos: Set<string>;
  revision: number;
}

/** Albums in the order in which they were made. */
export type AlbumsModel = Map<string, ModelAlbum>;

/** As many albums as a round compares page by page. */
const MOST = 3;

export function makeAlbum({ albums, random }: Setting): Operation | undefined {
  if (albums.size >= MOST) return undefined;
  const title = `album ${random.whole(0, 999)}`;
  return {
    name: 'make an album',
    touches: ['albums'],
    async run(user) {
      const { id, revision } = checked(Album, (await user.post('/v1/albums').send({ title }).expect(201)).body);
      return () => void albums.set(id, { id, title, photos: new Set(), revision });
    },
  };
}

export function renameAlbum({ albums, random }: Setting): Operation | undefined {
  const album = random.pick([...albums.values()]);
  const title = `album ${random.whole(0, 999)}`;
  return (
    album && {
      name: 'rename an album',
      touches: [album.id],
      async run(user) {
        const rename = (revision: number) =>
          user.patch(`/v1/albums/${album.id}`).set('If-Match', `"${revision}"`).send({ title });
        await rename(album.revision - 1).expect(412);
        await rename(album.revision).expect(200);
        return () => void albums.set(album.id, { ...album, title, revision: album.revision + 1 });
      },
    }
  );
}

export function deleteAlbum({ albums, random }: Setting): Operation | undefined {
  const album = random.fraction() < 0.3 ? random.pick([...albums.values()]) : undefined;
  return (
    album && {
      name: 'delete an album',
      touches: [album.id, 'albums'],
      async run(user) {
        await user.delete(`/v1/albums/${album.id}`).expect(204);
        return () => void albums.delete(album.id);
      },
    }
  );
}

export const addToAlbum = (setting: Setting) => changeAlbum(setting, 'add to an album', '');
export const removeFromAlbum = (setting: Setting) => changeAlbum(setting, 'remove from an album', '/remove');

function changeAlbum({ model, albums, random }: Setting, name: string, path: '' | '/remove'): Operation | undefined {
  const album = random.pick([...albums.values()]);
  const some = Array.from({ length: random.whole(1, 6) }, () => random.pick([...model.values()]));
  const photos = [...new Set(some)].filter((photo) => photo !== undefined);
  if (!album || photos.length === 0) return undefined;
  const statusOf = ({ id, place }: ModelPhoto) => {
    const isIn = album.photos.has(id);
    if (path === '/remove') return place === 'gone' ? 'failed' : isIn ? 'removed' : 'absent';
    return place !== 'library' ? 'failed' : isIn ? 'present' : 'added';
  };
  return {
    name,
    touches: [album.id, ...photos.flatMap(({ id, sha256 }) => [id, sha256])],
    async run(user) {
      const ids = photos.map(({ id }) => id);
      const { body } = await user.post(`/v1/albums/${album.id}/photos${path}`).send({ ids }).expect(200);
      const statuses = (body as { results: { status: string }[] }).results.map(({ status }) => status);
      expect(statuses).toEqual(photos.map(statusOf));
      return () => {
        for (const photo of photos) {
          if (statusOf(photo) === 'added') album.photos.add(photo.id);
          if (statusOf(photo) === 'removed') album.photos.delete(photo.id);
        }
      };
    },
  };
}

/** What the service shows of an album, as far as the model knows it. */
export function shownAlbum(library: LibraryModel, { id, title, photos, revision }: ModelAlbum) {
  const days = photosOf(library, photos)
    .map(({ local }) => local.slice(0, 10))
    .toSorted();
  return { id, title, count: days.length, from: days[0] ?? null, to: days.at(-1) ?? null, revision };
}

const photosOf = (library: LibraryModel, ids: ReadonlySet<string>) =>
  [...ids].flatMap((id) => library.get(id) ?? []).filter(({ place }) => place === 'library');

export const seenAlbum = ({ id, title, count, from, to, revision }: Album) => ({
  id,
  title,
  count,
  from,
  to,
  revision,
});

/** Holds the list of albums and the pages of each to the model. `idsIn` walks a list of photos. */
export async function compareAlbums(
  user: TestUser,
  library: LibraryModel,
  albums: AlbumsModel,
  idsIn: (path: string) => Promise<string[]>,
): Promise<void> {
  const { items } = await user.read('/v1/albums?limit=200', AlbumsPage);
  const byId = new Map(items.map((album) => [album.id, seenAlbum(album)]));
  expect(byId, 'albums').toEqual(new Map([...albums].map(([id, album]) => [id, shownAlbum(library, album)])));
  for (const { id, photos } of albums.values()) {
    expect(await idsIn(`/v1/albums/${id}/photos?`), 'photos of an album').toEqual(taken(photosOf(library, photos)));
  }
}
