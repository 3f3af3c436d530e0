import type { Answer, Command, Started } from './command-port.ts';
import type { Commands } from './commands.ts';
import type { LocalEndpoints } from './options.ts';

/** The local cloud as its owner sees it: where its services listen, and its commands by message. */
export type LocalCloud = {
  endpoints: LocalEndpoints;
  /** Resolves with the reason when it ends without having been told to stop. */
  lost: Promise<Error>;
} & {
  [K in keyof Commands]: (...args: Parameters<Commands[K]>) => Promise<Awaited<ReturnType<Commands[K]>>>;
};

/** The owner's end of the channel: to a worker thread, or to a forked process. */
interface CloudPort {
  send(command: Command): void;
  onAnswer(take: (answer: Answer) => void): void;
  /** With the reason, as a sentence. */
  onEnd(end: (error: Error) => void): void;
}

/** Waits until the services are up. Rejects with the reason when they cannot start. */
export async function connect(port: CloudPort): Promise<LocalCloud> {
  const { ask, started, lost } = createCaller(port);
  const { endpoints, commands } = (await started) as Started;
  const callable = commands.map((name) => [name, (...args: unknown[]) => ask(name, args)]);
  return { endpoints, lost, ...Object.fromEntries(callable) } as LocalCloud;
}

/** Sends commands and matches their answers; `started` is the answer number 0, `lost` an end that no `stop` asked for. */
function createCaller(port: CloudPort) {
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let last = -1;
  const lost = Promise.withResolvers<Error>();
  let ended: Error | undefined;
  let isToldToStop = false;
  const expect = (id: number) => {
    const answer = Promise.withResolvers<unknown>();
    pending.set(id, answer);
    return answer.promise;
  };
  const started = expect(++last);
  port.onAnswer((answer) => {
    const asked = pending.get(answer.id);
    pending.delete(answer.id);
    if ('error' in answer) asked?.reject(new Error(answer.error));
    else asked?.resolve(answer.result);
  });
  port.onEnd((error) => {
    ended ??= error;
    if (!isToldToStop) lost.resolve(ended);
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  });
  const ask = async (name: string, args: unknown[]) => {
    if (ended) throw ended;
    isToldToStop ||= name === 'stop';
    const id = ++last;
    const answer = expect(id);
    port.send({ id, name, args });
    return answer;
  };
  return { ask, started, lost: lost.promise };
}
