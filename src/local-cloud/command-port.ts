import { reasonOf } from './cloud-error.ts';
import type { LocalEndpoints } from './options.ts';
import type { Services } from './services.ts';

/** One command, and its answer. The first message of all is the answer number 0, which is `Started`. */
export interface Command {
  id: number;
  name: string;
  args: unknown[];
}
export type Answer = { id: number; result: unknown } | { id: number; error: string };

/** Says that the thread is broken, and why. Nothing follows it. */
export interface Loss {
  lost: Error;
}

export interface Started {
  endpoints: LocalEndpoints;
  /** The names of the commands. */
  commands: string[];
}

/** The channel to the process that started the services: a worker's port, or that of a forked process. */
export interface OwnerPort {
  send(answer: Answer): void;
  onCommand(obey: (command: Command) => void): void;
  close(): void;
}

/** Sends the owner the endpoints, then obeys its commands until `stop`. */
export function obeyCommands({ endpoints, commands }: Services, port: OwnerPort): void {
  port.onCommand(({ id, name, args }) => {
    void answerWith(port, id, () => run(commands, name, args)).then(() => name === 'stop' && port.close());
  });
  port.send({ id: 0, result: { endpoints, commands: Object.keys(commands) } satisfies Started });
}

/** Answers when `work` is done; nothing that goes wrong there may end the thread with the user's data in it. */
async function answerWith(port: OwnerPort, id: number, work: () => unknown): Promise<void> {
  try {
    port.send({ id, result: await work() });
  } catch (error) {
    port.send({ id, error: reasonOf(error) });
  }
}

function run(commands: Services['commands'], name: string, args: unknown[]): unknown {
  if (!Object.hasOwn(commands, name)) throw new Error(`The local cloud has no command ${name}.`);
  const command = commands[name as keyof typeof commands] as (...args: unknown[]) => unknown;
  return command(...args);
}
