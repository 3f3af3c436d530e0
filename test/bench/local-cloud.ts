import { readFile } from 'node:fs/promises';
import { createClients, type Clients } from '../../src/app/clients.ts';
import { readConfig } from '../../src/app/config.ts';
import { startLocalCloud, type LocalCloud } from '../../src/local-cloud/index.ts';

export interface CloudOnItsOwn extends Clients {
  cloud: LocalCloud;
  projectId: string;
  location: string;
}

/** The local cloud in its thread, without the program, and Google's clients on it. `queues` replaces queue.yaml. */
export async function startCloud(dataDir: string, queues?: string): Promise<CloudOnItsOwn> {
  const { cloud: config } = readConfig({ DATA_DIR: dataDir });
  const { projectId, tasksLocation: location, bucket } = config;
  const cloud = await startLocalCloud({
    dataDir,
    projectId,
    location,
    bucket,
    files: {
      indexes: await topLevel('index.yaml'),
      queues: queues ?? (await topLevel('queue.yaml')),
      cron: await topLevel('cron.yaml'),
    },
  });
  return { cloud, projectId, location, ...createClients(config, cloud.endpoints) };
}

const topLevel = (name: string) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
