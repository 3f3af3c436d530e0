import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What is asked for, in the name of each of these users in turn. */
export type Requests =
  | { kind: 'pages'; tokens: string[]; paths: string[] }
  | {
      kind: 'uploads';
      tokens: string[];
      /** A JPEG in base64. */
      photo: string;
    };

/** Requests a second, however fast they are answered. */
export interface OpenLoad {
  url: string;
  requests: Requests;
  rate: number;
  seconds: number;
}

/** So many requests in flight all the time. */
export interface ClosedLoad {
  url: string;
  requests: Requests;
  atOnce: number;
  seconds: number;
}

/** What came back. Times are in milliseconds, from the moment at which a request was due. */
export interface Answers {
  acceptedPerSecond: number;
  /** Answered with 429 or 503. */
  refusedPerSecond: number;
  /** Requests that were answered with anything else, too late or not at all. */
  unanswered: number;
  accepted: { p50: number; p99: number };
  refused: { p50: number; p99: number };
}

export interface LoadGenerator {
  run(load: OpenLoad | ClosedLoad): Promise<Answers>;
}

/** Starts a process that sends requests, one load at a time. */
export function startLoadGenerator(scope: AsyncDisposableStack): LoadGenerator {
  const child = fork(join(import.meta.dirname, 'open-load.child.ts'), { serialization: 'advanced' });
  const exited = once(child, 'exit');
  scope.defer(async () => {
    child.kill();
    await exited;
  });
  return {
    async run(load) {
      child.send(load);
      const [answers] = (await once(child, 'message')) as [Answers];
      return answers;
    },
  };
}
