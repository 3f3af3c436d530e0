import { systemClock } from '../../../src/runtime/clock.ts';
import { readQueueYaml, startTasks } from '../../../src/local-cloud/tasks/index.ts';

/** A process of its own that is killed: Cloud Tasks on the files and for the application that its arguments name. */
const [dataDir = '', app = ''] = process.argv.slice(2);

const service = await startTasks({
  dataDir,
  clock: systemClock,
  host: '127.0.0.1',
  port: 0,
  queues: readQueueYaml('queue: [{name: default, rate: 500/s, bucket_size: 500, max_concurrent_requests: 4}]'),
  projectId: 'demo',
  location: 'europe-west1',
  app: () => app || undefined,
  secret: 'x',
});
process.send?.(service.port);
