import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from './cloud-error.ts';
import { obeyCommands, type OwnerPort } from './command-port.ts';
import type { LocalCloudOptions } from './options.ts';
import { startServices } from './services.ts';

const thread = parentPort;
if (!thread) throw new Error('This file is the start of a worker thread.');

const port: OwnerPort = {
  send: (answer) => thread.postMessage(answer),
  onCommand: (obey) => void thread.on('message', obey),
  close: () => thread.close(),
};

// Not by a top-level `await`: the owner may terminate the thread at once (pictures/decoding/heic-worker.ts).
void startServices(workerData as LocalCloudOptions)
  .then((services) => obeyCommands(services, port))
  .catch((error: unknown) => port.send({ id: 0, error: reasonOf(error) }));
