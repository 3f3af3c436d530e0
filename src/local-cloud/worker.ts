import { parentPort, workerData } from 'node:worker_threads';
import type { LocalCloudOptions } from './options.ts';
import { startServices, type Services } from './services.ts';

/** One command on the port, and its answer. The first message from the worker is the answer number 0. */
export interface Command {
  id: number;
  name: keyof Services['commands'];
  args: unknown[];
}
export type Answer = { id: number; result: unknown } | { id: number; error: string };

const port = parentPort;
if (!port) throw new Error('This file is the start of a worker thread.');

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Answers when `work` is done; nothing that goes wrong here may end the thread with the user's data in it. */
async function answer(id: number, work: () => unknown): Promise<void> {
  try {
    port?.postMessage({ id, result: await work() } satisfies Answer);
  } catch (error) {
    port?.postMessage({ id, error: messageOf(error) } satisfies Answer);
  }
}

await answer(0, async () => {
  const { endpoints, commands } = await startServices(workerData as LocalCloudOptions);
  port.on('message', ({ id, name, args }: Command) => {
    const command = commands[name] as (...args: unknown[]) => unknown;
    void answer(id, () => command(...args)).then(() => name === 'stop' && port.close());
  });
  return endpoints;
});
