import type { Library } from '../../data/commit/group-commit.ts';
import type { EntityRef } from '../../data/model/entity-refs.ts';
import { packedKind } from '../../data/model/kind.ts';
import type { Store } from '../../data/read/store.ts';
import type { AlbumId, UserId } from '../../runtime/ids.ts';
import { albumRef, isDeleted, writeAlbum, type Album } from '../albums/album.ts';
import { addAlbum } from '../albums/change-albums.ts';
import type { AlbumLine } from './manifest-line.ts';

/** Which album an album of a manifest has become, so that a repeated import makes no second one. */
interface ImportedAlbum {
  album: AlbumId;
}

const ImportedAlbumKind = packedKind<ImportedAlbum>('ImportedAlbum', { version: 1, fields: { album: 'string' } });

const importedAlbumRef = (foreign: string): EntityRef<ImportedAlbum> => ({ kind: ImportedAlbumKind, name: foreign });

export type AlbumOutcome = { status: 'created' | 'updated' | 'unchanged'; album: AlbumId };

/**
 * Makes an album of a line, or gives the one that it became before its texts. An album with the id of the line is that album.
 * @throws AppError too-many-albums
 */
export const importAlbum = (library: Library, user: UserId, { album }: AlbumLine): Promise<AlbumOutcome> =>
  library.commit(
    user,
    async (change) => {
      const { id: foreign, role: _role, ...wanted } = album;
      const found = await findOwn(change.entities, foreign);
      if (!found) {
        const { id } = await addAlbum(change, wanted);
        change.entities.write(importedAlbumRef(foreign), { album: id });
        return { status: 'created', album: id };
      }
      const { id, title, description } = found;
      if (title === wanted.title && description === wanted.description) return { status: 'unchanged', album: id };
      const { title: newTitle, description: newDescription } = wanted;
      const edited = { title: newTitle, description: newDescription, revision: found.revision + 1 };
      await writeAlbum(change, { ...found, ...edited });
      return { status: 'updated', album: id };
    },
    [albumRef(album.id as AlbumId), importedAlbumRef(album.id)],
  );

/** Finds the albums that those of a manifest have become. Those that are not imported are left out. */
export async function findImported(
  store: Store,
  user: UserId,
  foreign: readonly string[],
): Promise<Map<string, AlbumId>> {
  const reads: EntityReads = { read: (ref) => store.entity(user, ref) };
  const found = await Promise.all(foreign.map(async (id) => [id, await findOwn(reads, id)] as const));
  return new Map(found.flatMap(([id, album]) => (album ? [[id, album.id] as const] : [])));
}

interface EntityReads {
  read<T>(ref: EntityRef<T>): Promise<T | undefined>;
}

async function findOwn(entities: EntityReads, foreign: string): Promise<Album | undefined> {
  const named = await entities.read(albumRef(foreign as AlbumId));
  if (named && isOwn(named)) return named;
  const imported = await entities.read(importedAlbumRef(foreign));
  const album = imported && (await entities.read(albumRef(imported.album)));
  return album && isOwn(album) ? album : undefined;
}

const isOwn = (album: Album) => !isDeleted(album) && album.host === undefined;
