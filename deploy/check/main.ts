import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalCloud, type LocalCloud } from '../../src/local-cloud/index.ts';
import { COMPILED_CODE } from '../../src/runtime/compiled-code.ts';
import { buildAsAppEngine } from './app-engine-build.ts';
import { startInstance } from './instance.ts';
import { TRIALS } from './trials.ts';

/** Lines of the program's log that a failure shows. */
const SHOWN_LINES = 10;

/**
 * Builds what App Engine's build makes of this folder, starts it by app.yaml, and tries it: as it was built, and without
 * its compiled code. Prints a line for each check. Keeps the folder if a check fails.
 */
async function checkDeployment(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-deploy-'));
  const tree = join(folder, 'tree');
  await mkdir(tree);
  const logFile = join(folder, 'log');
  try {
    await check('npm ci, gcp-build and npm prune succeed in a clean folder', () => buildAsAppEngine(tree));
    await tryInstance(folder, tree, 'as built');
    await rename(join(tree, 'dist', COMPILED_CODE), join(folder, COMPILED_CODE));
    await tryInstance(folder, tree, 'without compiled code');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    const log = await readFile(logFile, 'utf8').catch(() => undefined);
    if (log !== undefined)
      console.error(`The end of ${logFile}:\n${log.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n')}`);
    console.error(`Do not deploy this. What was built is kept in ${tree}.`);
    process.exitCode = 1;
    return;
  }
  await rm(folder, { recursive: true });
  console.log('This folder can be deployed: docs/deployment.md.');
}

/** Starts the built program on an empty local cloud with an empty temporary folder, and runs all trials. */
async function tryInstance(folder: string, tree: string, how: string): Promise<void> {
  await using scope = new AsyncDisposableStack();
  const own = await mkdtemp(join(folder, 'instance-'));
  const [dataDir, temporary] = [join(own, 'cloud'), join(own, 'temporary')];
  await mkdir(temporary);
  const cloud = await startCloud(tree, dataDir);
  scope.defer(() => cloud.stop());
  const started = performance.now();
  const start = () => startInstance({ tree, temporary, logFile: join(folder, 'log'), cloud });
  const instance = await check(`${how}: the entrypoint of app.yaml starts`, start);
  const ms = Math.round(performance.now() - started);
  console.log(`   /healthz answered after ${ms} ms, with ${Math.round(await instance.residentMib())} MiB resident`);
  scope.defer(() => instance.stop());
  await cloud.appIsAt(instance.url);
  const { token } = await cloud.mintToken('ana');
  for (const { name, run } of TRIALS) {
    await check(`${how}: ${name}`, () => run({ url: instance.url, cloud, token }));
  }
}

async function startCloud(tree: string, dataDir: string): Promise<LocalCloud> {
  const read = (name: string) => readFile(join(tree, name), 'utf8');
  const [indexes, queues, cron] = await Promise.all([read('index.yaml'), read('queue.yaml'), read('cron.yaml')]);
  return startLocalCloud({
    dataDir,
    projectId: 'photo-timeline',
    location: 'local',
    bucket: 'photos',
    files: { indexes, queues, cron },
    consistency: undefined,
  });
}

/** Prints whether `run` succeeded. */
async function check<T>(name: string, run: () => Promise<T>): Promise<T> {
  try {
    const result = await run();
    console.log(`ok ${name}`);
    return result;
  } catch (error) {
    console.log(`FAILED ${name}`);
    throw error;
  }
}

await checkDeployment();
