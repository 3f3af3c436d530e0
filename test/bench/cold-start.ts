import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { signUp } from '../support/test-user.ts';
import { startProgram } from '../process/support.ts';
import { alternate } from './alternate.ts';
import { startBareExpress } from './bare-servers.ts';
import type { Figure } from './figure.ts';
import { startCloud } from './local-cloud.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * From the start of the process to its first reply, against Express with one route. The data folder is there already,
 * and the compile cache is warm. In the google profile there is no local cloud to start; one that runs already stands
 * behind it.
 */
export async function measureColdStart(scope: AsyncDisposableStack): Promise<Figure[]> {
  const dataDir = await temporaryFolder(scope);
  await signUpAt(dataDir);
  const { cloud } = await startCloud(await temporaryFolder(scope));
  scope.defer(() => cloud.stop());
  const google = googleProfile(cloud.endpoints);

  const times = await alternate(5, {
    health: () => timeToReply('/healthz', dataDir),
    timeline: () => timeToReply('/user/ana/json/', dataDir),
    google: () => timeToReply('/readyz', dataDir, google),
    bare: timeToBareReply,
  });
  const figure = (name: string, what: string, value: number): Figure => ({
    name,
    what,
    value,
    unit: 'ms',
    reference: { what: 'bare Express', value: times.bare },
    aim: { is: 'at most', ratio: 2.5 },
  });
  return [
    figure('cold-start', 'node src/main.ts, until /healthz has answered; its app may still be loading', times.health),
    figure('cold-start-read', 'with its local cloud, until the timeline of a user has been read', times.timeline),
    figure(
      'cold-start-google',
      'profile google on a cloud that runs already, until /readyz has answered',
      times.google,
    ),
  ];
}

async function signUpAt(dataDir: string): Promise<void> {
  const program = await startProgram(dataDir);
  await signUp(program.url, 'ana');
  await program.stop('SIGTERM');
}

const googleProfile = ({ datastore, storage, tasks }: { datastore: string; storage: string; tasks: string }) => ({
  PROFILE: 'google',
  HOST: '127.0.0.1',
  GOOGLE_CLOUD_PROJECT: 'photo-timeline',
  BUCKET: 'photos',
  TASKS_LOCATION: 'local',
  IDENTITY: 'firebase:photo-timeline',
  DATASTORE_EMULATOR_HOST: datastore,
  STORAGE_EMULATOR_HOST: storage,
  CLOUD_TASKS_EMULATOR_HOST: tasks,
});

/** In milliseconds. The first request is sent as soon as the port takes connections. */
async function timeToReply(path: string, dataDir: string, env: Record<string, string> = {}): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const starting = startProgram(dataDir, { ...env, PORT: String(port) });
  const asking = askUntilAnswered(`http://127.0.0.1:${port}${path}`);
  // A program that ends instead of starting rejects.
  await Promise.race([asking, starting.then(() => asking)]);
  const taken = performance.now() - started;
  await (await starting).kill();
  return taken;
}

/** In milliseconds. */
async function timeToBareReply(): Promise<number> {
  const started = performance.now();
  const { url, stop } = await startBareExpress();
  await askUntilAnswered(`${url}/`);
  const taken = performance.now() - started;
  await stop();
  return taken;
}

async function askUntilAnswered(url: string): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(url);
      const text = await response.text();
      if (!response.ok) throw new Error(`${url} was answered with ${response.status}: ${text}`);
      return;
    } catch (error) {
      const { cause } = error as { cause?: NodeJS.ErrnoException };
      if (cause?.code !== 'ECONNREFUSED') throw error;
      await pause(2);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
