import { Datastore } from '@google-cloud/datastore';
import { afterAll, onTestFinished } from 'vitest';
import { startLocalCloud, type LocalCloud, type LocalCloudOptions } from '../../../src/local-cloud/index.ts';
import { startSingleService } from '../../support/single-service.ts';

const SETTLED = {
  projectId: 'p',
  location: 'l',
  bucket: 'photos',
  files: { indexes: '', queues: '', cron: '' },
  standingClock: 0,
};

/** The local cloud in a worker thread, its clock standing, stopped when the test ends. */
export async function startInFolder(dataDir: string, changes: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const cloud = await startLocalCloud({ ...SETTLED, dataDir, ...changes });
  onTestFinished(() => cloud.stop().catch(() => {}));
  return cloud;
}

/** The same for all tests of a file, in a folder of its own; both are gone after the last of them. */
export async function startForFile(changes: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const { service, stop } = await startSingleService(
    ({ dataDir }) => startLocalCloud({ ...SETTLED, dataDir, ...changes }),
    { startMs: 0 },
  );
  afterAll(stop);
  return service;
}

export const datastoreOf = ({ endpoints }: LocalCloud) =>
  new Datastore({ projectId: 'p', apiEndpoint: endpoints.datastore });
