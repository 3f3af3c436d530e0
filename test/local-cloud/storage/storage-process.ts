import { systemClock } from '../../../src/runtime/clock.ts';
import { startStorage } from '../../../src/local-cloud/storage/index.ts';

// A stand-in in a process of its own, to be killed. It tells its port, and then serves until then.
const { port } = await startStorage({
  dataDir: process.argv[2]!,
  clock: systemClock,
  host: '127.0.0.1',
  port: 0,
  buckets: ['photos'],
});
process.send!({ port });
