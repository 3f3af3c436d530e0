import type { Datastore } from '@google-cloud/datastore';
import { PhotoKind, photoKey, UserKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity, type Properties } from '../../src/data/model/kind.ts';
import type { Photo, User } from '../../src/data/model/records.ts';
import type { PhotoId, UserId } from '../../src/runtime/ids.ts';

/** A user's entity and photos' entities as they lie in Datastore, with their tiles. */
export function storedTiles(datastore: Datastore, user: UserId) {
  const userKey = keyOf(datastore, user, UserKind);
  const keyFor = (photo: string) => photoKey(datastore, user, photo as PhotoId);
  const read = async (key: typeof userKey) => (await datastore.get(key))[0] as Properties;
  const write = ({ key, data, excludeFromIndexes }: ReturnType<typeof toEntity>) => ({ key, data, excludeFromIndexes });

  async function userWithout(change: Partial<User> = {}) {
    const { tiles: _tiles, ...found } = UserKind.decode(await read(userKey), userKey);
    return write(toEntity(userKey, UserKind, { ...found, ...change }));
  }

  return {
    /** What the user says of its tiles. */
    version: async () => (await read(userKey))['tiles'] as string | undefined,
    tile: async (photo: string) => (await read(keyFor(photo)))['tile'] as string | undefined,
    /** Writes the user as an earlier release does, which knows no tiles. */
    userByEarlierRelease: async () => datastore.save(await userWithout()),
    /** Writes what the user says of its tiles, and nothing else. */
    async says(tiles: string) {
      const found = UserKind.decode(await read(userKey), userKey);
      await datastore.save(write(toEntity(userKey, UserKind, { ...found, tiles })));
    },
    /** Edits a photo as an earlier release does: photo and user lose what that release does not know. */
    async editByEarlierRelease(photo: string, change: Partial<Photo>) {
      const found = PhotoKind.decode(await read(keyFor(photo)), keyFor(photo));
      const { sequence } = UserKind.decode(await read(userKey), userKey);
      const edited = { ...found, ...change, revision: found.revision + 1, changed: sequence + 1 };
      const { data, ...entity } = toEntity(keyFor(photo), PhotoKind, edited);
      const { tile: _tile, ...known } = data;
      const excludeFromIndexes = entity.excludeFromIndexes.filter((name) => name !== 'tile');
      const user = await userWithout({ sequence: sequence + 1 });
      await datastore.save([{ ...entity, data: known, excludeFromIndexes }, user]);
    },
    /** Takes the tile off a photo, while the user still says that each photo has one. */
    async loseTile(photo: string) {
      const found = PhotoKind.decode(await read(keyFor(photo)), keyFor(photo));
      const { data, excludeFromIndexes, key } = toEntity(keyFor(photo), PhotoKind, found);
      const { tile: _tile, ...rest } = data;
      const unindexed = excludeFromIndexes.filter((name) => name !== 'tile');
      await datastore.save({ key, data: rest, excludeFromIndexes: unindexed });
    },
    /** Replaces the tile of a photo and nothing else. */
    async replaceTile(photo: string, tile: string | null) {
      const found = PhotoKind.decode(await read(keyFor(photo)), keyFor(photo));
      const { data, ...entity } = toEntity(keyFor(photo), PhotoKind, found);
      await datastore.save({ ...entity, data: { ...data, tile } });
    },
  };
}
