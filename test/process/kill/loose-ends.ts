import { createClients } from '../../../src/app/clients.ts';
import { readConfig } from '../../../src/app/config.ts';
import { isErased } from '../../../src/data/rules/erasure.ts';
import { OutboxKind, PhotoKind } from '../../../src/data/model/entity-kinds.ts';
import { keyOfEntity, type Properties } from '../../../src/data/model/kind.ts';
import { photoIdIn } from '../../../src/objects/object-names.ts';
import { findEndpoints } from '../../../src/runtime/local-endpoints.ts';

/** What is still to be done in the data folder of a running program. */
export interface LooseEnds {
  /** The number of tasks that wait or run. */
  tasks(): Promise<number>;
  /** The number of entries in the outbox. */
  outboxEntries(): Promise<number>;
  /** The number of objects that belong to no photo. */
  orphans(): Promise<number>;
}

export async function looseEndsOf(dataDir: string): Promise<LooseEnds> {
  const { cloud } = readConfig({ DATA_DIR: dataDir });
  const { datastore, bucket, tasks } = createClients(cloud, await findEndpoints(dataDir));
  const parent = `projects/${cloud.projectId}/locations/${cloud.tasksLocation}`;
  const entitiesOf = async (kind: string) => {
    const [entities] = await datastore.runQuery(datastore.createQuery(kind));
    return entities as Properties[];
  };
  return {
    async tasks() {
      const client = await tasks();
      const [queues] = await client.listQueues({ parent });
      const waiting = await Promise.all(queues.map(async ({ name }) => (await client.listTasks({ parent: name! }))[0]));
      return waiting.flat().length;
    },
    outboxEntries: async () => (await entitiesOf(OutboxKind.name)).length,
    async orphans() {
      const photos = (await entitiesOf(PhotoKind.name)).map((entity) =>
        PhotoKind.decode(entity, keyOfEntity(datastore, entity)),
      );
      const living = new Set(photos.filter((photo) => !isErased(photo)).map(({ id }) => id));
      return (await bucket.getFiles())[0].filter(({ name }) => !living.has(photoIdIn(name))).length;
    },
  };
}
