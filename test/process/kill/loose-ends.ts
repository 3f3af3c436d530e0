import { createClients } from '../../../src/app/clients.ts';
import { readConfig } from '../../../src/app/config.ts';
import { isErased } from '../../../src/data/rules/erasure.ts';
import { OutboxKind, PhotoKind, type Properties } from '../../../src/data/model/entity-kinds.ts';
import { photoIdIn } from '../../../src/objects/object-names.ts';
import { findEndpoints } from '../../../src/runtime/local-endpoints.ts';

/** What is still to be done in the data folder of a running program. */
export interface LooseEnds {
  /** How many tasks wait or are on their way. */
  tasks(): Promise<number>;
  /** How many rows of the outbox there are. */
  outboxRows(): Promise<number>;
  /** How many objects belong to no photo. */
  objectsOfNobody(): Promise<number>;
}

export async function looseEndsOf(dataDir: string): Promise<LooseEnds> {
  const { cloud } = readConfig({ DATA_DIR: dataDir });
  const { datastore, bucket, tasks } = createClients(cloud, await findEndpoints(dataDir));
  const parent = `projects/${cloud.projectId}/locations/${cloud.tasksLocation}`;
  const rowsOf = async (kind: string) => {
    const [rows] = await datastore.runQuery(datastore.createQuery(kind));
    return rows as Properties[];
  };
  return {
    async tasks() {
      const client = await tasks();
      const [queues] = await client.listQueues({ parent });
      const waiting = await Promise.all(queues.map(async ({ name }) => (await client.listTasks({ parent: name! }))[0]));
      return waiting.flat().length;
    },
    outboxRows: async () => (await rowsOf(OutboxKind.name)).length,
    async objectsOfNobody() {
      const photos = (await rowsOf(PhotoKind.name)).map((row) => PhotoKind.decode(row));
      const living = new Set(photos.filter((photo) => !isErased(photo)).map(({ id }) => id));
      return (await bucket.getFiles())[0].filter(({ name }) => !living.has(photoIdIn(name))).length;
    },
  };
}
