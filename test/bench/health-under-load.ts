import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClients, type Clients } from '../../src/app/clients.ts';
import { readConfig } from '../../src/app/config.ts';
import type { LocalEndpoints } from '../../src/local-cloud/index.ts';
import { alternate } from './alternate.ts';
import { startBareExpress } from './bare-servers.ts';
import type { Figure } from './figure.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROUNDS = 3;
const PROBES = 400;
/** Between two probes, in milliseconds. */
const PAUSE = 5;
/** Commits and objects that are written all the time while the cloud is under load. */
const [COMMITS_AT_ONCE, OBJECTS_AT_ONCE] = [16, 2];
const OBJECT = Buffer.alloc(1_000_000, 'bytes of a photo');

/**
 * How long the app takes to say that it is well while its local cloud, a thread of the same process, works hard. The
 * processors are busy then, so a server that has nothing to do with any of this is asked as well.
 */
export async function measureHealthUnderLoad(scope: AsyncDisposableStack): Promise<Figure> {
  const { url, clients } = await startAppAndCloud(scope);
  const bare = await startBareExpress();
  scope.defer(() => bare.stop());
  const underLoad = async (probe: string) => {
    const load = startLoad(clients);
    const time = await slowest(probe);
    await load.stop();
    return time;
  };
  const { ours, theirs, atRest } = await alternate(ROUNDS, {
    ours: () => underLoad(`${url}/healthz`),
    theirs: () => underLoad(bare.url),
    atRest: () => slowest(`${url}/healthz`),
  });
  return {
    what:
      `p99 of ${PROBES} /healthz while ${COMMITS_AT_ONCE} commits and ${OBJECTS_AT_ONCE} objects of 1 MB are written ` +
      `at once to the app's local cloud; ${atRest.toFixed(2)} ms at rest`,
    value: ours,
    unit: 'ms',
    reference: { what: 'bare Express in a process of its own, meanwhile', value: theirs },
    aim: { is: 'at most', ratio: 2 },
  };
}

async function startAppAndCloud(scope: AsyncDisposableStack): Promise<{ url: string; clients: Clients }> {
  const dataDir = await temporaryFolder(scope);
  const child = fork(join(import.meta.dirname, 'app-and-cloud.child.ts'), [dataDir]);
  const exited = once(child, 'exit');
  scope.defer(async () => {
    child.kill();
    await exited;
  });
  const [{ url, endpoints }] = (await once(child, 'message')) as [{ url: string; endpoints: LocalEndpoints }];
  return { url, clients: createClients(readConfig({ DATA_DIR: dataDir }).cloud, endpoints) };
}

function startLoad({ datastore, bucket }: Clients) {
  const end = new AbortController();
  const repeat = async (write: (number: number) => Promise<unknown>) => {
    for (let number = 0; !end.signal.aborted; number++) await write(number);
  };
  const commit = (lane: number) => (number: number) =>
    datastore.save({ key: datastore.key(['Load', `${lane}-${number % 1000}`]), data: { number } });
  const upload = (lane: number) => (number: number) =>
    bucket.file(`load-${lane}-${number % 10}`).save(OBJECT, { resumable: false, validation: false });
  const lanes = [
    ...Array.from({ length: COMMITS_AT_ONCE }, (_, lane) => repeat(commit(lane))),
    ...Array.from({ length: OBJECTS_AT_ONCE }, (_, lane) => repeat(upload(lane))),
  ];
  return {
    async stop() {
      end.abort();
      await Promise.all(lanes);
    },
  };
}

/** The time that 99 of 100 answers stay below, in milliseconds, asking one after the other. */
async function slowest(url: string): Promise<number> {
  const times: number[] = [];
  while (times.length < PROBES) {
    const started = performance.now();
    const response = await fetch(url);
    await response.text();
    times.push(performance.now() - started);
    await pause(PAUSE);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(PROBES * 0.99)] ?? NaN;
}
