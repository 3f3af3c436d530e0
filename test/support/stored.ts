import type { Datastore } from '@google-cloud/datastore';
import { z } from 'zod';

/** Entities keep their fields as JSON in one property that no index holds. */
const StoredEntity = z.looseObject({ view: z.string() });

/** Reads the fields of the entity at a path of kinds and names, as they are stored. Throws unless it has those of `shape`. */
export async function storedFields<Shape extends z.ZodRawShape>(datastore: Datastore, path: string[], shape: Shape) {
  const [entity] = await datastore.get(datastore.key(path));
  return z.looseObject(shape).parse(JSON.parse(StoredEntity.parse(entity).view));
}

/** Changes stored fields of a photo, and properties beside them, as another release of the service would have. */
export async function editStoredPhoto(
  datastore: Datastore,
  { user, photo }: { user: string; photo: string },
  fields: object,
  properties: object = {},
): Promise<void> {
  const key = datastore.key(['User', user, 'Photo', photo]);
  const [entity] = await datastore.get(key);
  const stored = StoredEntity.parse(entity);
  const view = JSON.stringify({ ...z.looseObject({}).parse(JSON.parse(stored.view)), ...fields });
  const data = { ...stored, view, ...properties };
  await datastore.save({ key, data, excludeFromIndexes: ['view', 'revision'] });
}

/** How many transactions have changed this user's data. The User entity remembers the last 64. */
export async function commitsOf(datastore: Datastore, user: string): Promise<number> {
  return (await storedFields(datastore, ['User', user], { commits: z.array(z.string()) })).commits.length;
}
