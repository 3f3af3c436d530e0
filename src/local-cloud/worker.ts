import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from './cloud-error.ts';
import { obeyCommands, type Loss, type OwnerPort } from './command-port.ts';
import type { LocalCloudOptions } from './options.ts';
import { startServices } from './services.ts';

if (!parentPort) throw new Error('This file is the start of a worker thread.');
const owner = parentPort;

const port: OwnerPort = {
  send: (answer) => owner.postMessage(answer),
  onCommand: (obey) => void owner.on('message', obey),
  close: () => owner.close(),
};

// Not by a top-level `await`: the owner may terminate the thread at once (pictures/decoding/heic-worker.ts).
const starting = startServices(workerData as LocalCloudOptions);
void starting
  .then((services) => obeyCommands(services, port))
  .catch((error: unknown) => port.send({ id: 0, error: reasonOf(error) }));

/** How long a broken thread may take to close its connections, in milliseconds. */
const CLOSING_MS = 1000;
let isBroken = false;

// A thread that ends by an error while HTTP/2 data arrive makes Node 24 abort the whole process (assertion
// `onread->IsFunction()` in stream_base.cc): so it closes its connections first, and then its owner ends it.
process.on('uncaughtException', (reason) => void breakDown(reason));

async function breakDown(reason: Error): Promise<void> {
  if (isBroken) return;
  isBroken = true;
  const closed = starting.then(({ commands }) => commands.stop()).catch(() => undefined);
  await Promise.race([closed, pause(CLOSING_MS)]);
  owner.postMessage({ lost: reason } satisfies Loss);
}
