import { signUp } from '../support/test-user.ts';
import { startProgram, type Running } from '../process/support.ts';
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

  const times = await alternate(7, {
    health: () => timeToReply(() => startProgram(dataDir), '/healthz'),
    timeline: () => timeToReply(() => startProgram(dataDir), '/user/ana/json/'),
    google: () => timeToReply(() => startProgram(dataDir, google), '/readyz'),
    bare: () => timeToReply(startBareExpress, '/'),
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
    figure('cold-start', 'node src/main.ts with its local cloud, until /healthz has answered', times.health),
    figure('cold-start-read', 'the same, until the timeline of a user has been read', times.timeline),
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

/** In milliseconds. */
async function timeToReply(
  start: () => Promise<Pick<Running, 'url' | 'stop'> | { url: string; stop(): Promise<void> }>,
  path: string,
): Promise<number> {
  const started = performance.now();
  const { url, stop } = await start();
  const response = await fetch(url + path, { headers: { Connection: 'close' } });
  const text = await response.text();
  const taken = performance.now() - started;
  await stop('SIGTERM');
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text}`);
  return taken;
}
