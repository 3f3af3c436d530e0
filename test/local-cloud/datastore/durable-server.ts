import { systemClock } from '../../../src/runtime/clock.ts';
import { startDatastore } from '../../../src/local-cloud/datastore/index.ts';

// A process of its own, so that a test can kill it: `node durable-server.ts <folder>` writes its port to stdout.
const { port } = await startDatastore({
  dataDir: process.argv[2]!,
  clock: systemClock,
  host: '127.0.0.1',
  port: 0,
  indexes: [],
});
process.stdout.write(`${port}\n`);
