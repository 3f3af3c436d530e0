import { Datastore } from '@google-cloud/datastore';
import { onTestFinished } from 'vitest';
import { startLocalCloud, type LocalCloud, type LocalCloudOptions } from '../../../src/local-cloud/index.ts';

/** The local cloud in a worker thread, its clock standing, stopped when the test ends. */
export async function startInFolder(dataDir: string, changes: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const files = { indexes: '', queues: '', cron: '' };
  const settled = { dataDir, projectId: 'p', location: 'l', bucket: 'photos', files, standingClock: 0 };
  const cloud = await startLocalCloud({ ...settled, ...changes });
  onTestFinished(() => cloud.stop().catch(() => {}));
  return cloud;
}

export const datastoreOf = ({ endpoints }: LocalCloud) =>
  new Datastore({ projectId: 'p', apiEndpoint: endpoints.datastore });
