import type { CloudTasksClient } from '@google-cloud/tasks';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { median } from './alternate.ts';
import type { Figure } from './figure.ts';
import { startCloud } from './local-cloud.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The largest rate of a queue; several queues together are not held back by it within one round. */
const QUEUES = ['one', 'two', 'three', 'four'];
const QUEUE_YAML = `queue:\n${QUEUES.map((name) => `  - { name: ${name}, rate: 500/s, bucket_size: 500 }\n`).join('')}`;
const TASKS = 1_000;
const AT_ONCE = 32;
const ROUNDS = 5;

/** From the first createTask of Google's client to the arrival of the last task at a web server. */
export async function measureTasks(scope: AsyncDisposableStack): Promise<Figure> {
  const { cloud, projectId, location, tasks } = await startCloud(await temporaryFolder(scope), QUEUE_YAML);
  scope.defer(() => cloud.stop());
  const client = await tasks();
  scope.defer(() => client.close());
  const target = await startTarget(scope);
  await cloud.appIsAt(target.url);
  const parents = QUEUES.map((name) => client.queuePath(projectId, location, name));
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) rates.push(await rateOf(client, parents, target));
  return {
    what: `${TASKS} tasks created ${AT_ONCE} at once, until the last has been run`,
    // The first round warms up.
    value: median(rates.slice(1)),
    unit: 'tasks/s',
  };
}

interface Target {
  url: string;
  /** Resolves when so many further tasks have arrived. */
  arrival(count: number): Promise<void>;
}

async function startTarget(scope: AsyncDisposableStack): Promise<Target> {
  let missing = 0;
  let arrived = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    request.resume();
    response.end();
    if (--missing === 0) arrived.resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scope.defer(() => server.close().closeAllConnections());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrival(count) {
      missing = count;
      arrived = Promise.withResolvers();
      return arrived.promise;
    },
  };
}

async function rateOf(client: CloudTasksClient, parents: string[], target: Target): Promise<number> {
  const left = Array(TASKS).keys();
  const work = async () => {
    for (const number of left) {
      const parent = parents[number % parents.length] ?? '';
      await client.createTask({ parent, task: { appEngineHttpRequest: { relativeUri: '/work' } } });
    }
  };
  const started = performance.now();
  const arrival = target.arrival(TASKS);
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await arrival;
  return (TASKS / (performance.now() - started)) * 1000;
}
