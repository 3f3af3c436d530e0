import { readFile } from 'node:fs/promises';
import type { LocalCloud } from '../local-cloud/index.ts';
import type { Config } from './config.ts';

/** Where the service and its commands keep what Google's services would keep. */
type OwnCloudConfig = Pick<Config, 'profile' | 'cloud'> & { server: { port: number } };

/**
 * Starts the thread of the local cloud if the config asks for it; `cloud` resolves once it is ready. Only this file
 * imports the local cloud, so that production never loads it.
 * @param consistency Share of fresh writes that the local Datastore shows at once to queries without an ancestor.
 */
export async function startOwnCloud(
  { profile, cloud, server }: OwnCloudConfig,
  consistency?: number,
): Promise<{ cloud: Promise<LocalCloud> } | undefined> {
  const without = profile !== 'local' || cloud.standalone !== undefined;
  if (consistency !== undefined && (without || cloud.emulators.datastore !== undefined)) {
    throw new Error(
      '--consistency is for the local Datastore of npm start, and the environment names another Datastore.',
    );
  }
  if (without) return undefined;
  const { startLocalCloud } = await import('../local-cloud/index.ts');
  const read = (name: string) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
  const [indexes, queues, cron] = await Promise.all([read('index.yaml'), read('queue.yaml'), read('cron.yaml')]);
  const { dataDir, projectId, tasksLocation: location, bucket, identityPort, consolePort } = cloud;
  // Where the program takes a free port, so do its helpers.
  const usual = (port: number) => (server.port === 0 ? 0 : port);
  const options = {
    files: { indexes, queues, cron },
    ports: { identity: identityPort ?? usual(IDENTITY_PORT) },
    identityOrFreePort: identityPort === undefined,
    console: { port: consolePort ?? usual(CONSOLE_PORT), orFreePort: consolePort === undefined },
  };
  return { cloud: startLocalCloud({ dataDir, projectId, location, bucket, consistency, ...options }) };
}

/** The usual ports, as in `npm run local-cloud`. A second program takes free ones. */
const IDENTITY_PORT = 9099;
const CONSOLE_PORT = 8000;
