import { parentPort, type MessagePort } from 'node:worker_threads';
import { reasonOf } from '../../src/local-cloud/cloud-error.ts';
import { obeyCommands, type OwnerPort } from '../../src/local-cloud/command-port.ts';
import type { LocalCloudOptions } from '../../src/local-cloud/options.ts';
import { startServices } from '../../src/local-cloud/services.ts';

/** What the tests send to start one more local cloud: its options, and the thread's end of its channel. */
export interface CloudRequest {
  options: LocalCloudOptions;
  channel: MessagePort;
}

parentPort?.on('message', ({ options, channel }: CloudRequest) => void start(options, channel));

async function start(options: LocalCloudOptions, channel: MessagePort): Promise<void> {
  const port: OwnerPort = {
    send: (answer) => channel.postMessage(answer),
    onCommand: (obey) => void channel.on('message', obey),
    close: () => channel.close(),
  };
  try {
    obeyCommands(await startServices(options), port);
  } catch (error) {
    port.send({ id: 0, error: reasonOf(error) });
    port.close();
  }
}
