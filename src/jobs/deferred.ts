import { z } from 'zod';
import { randomText } from '../library/ids.ts';
import type { CreateTask } from './create-task.ts';

/** Where deferred calls arrive unless they name a URL of their own. */
export const DEFERRED_PATH = '/_ah/queue/deferred';

/** When and where a deferred call runs. */
export interface DeferOptions {
  /** Seconds from now. */
  countdown?: number;
  /** The moment; instead of `countdown`. */
  eta?: Date;
  /** `default` unless given. */
  queue?: string;
  /** Unique name: a second call of the same name is not made. */
  name?: string;
  /** Path of the handler; `/_ah/queue/deferred` unless given. */
  url?: string;
}

/** A function that can be called later. */
export interface Deferred<A> {
  /** Arranges one call. Throws the schema's error when the arguments do not fit. */
  defer(args: A, options?: DeferOptions): Promise<void>;
}

/** Functions that may be called later, by name. Arguments are checked data; nothing is ever unpickled. */
export interface DeferredCalls {
  /** Registers a function under a name that stays the same across deploys. `call` tells repeated deliveries apart. */
  define<A>(name: string, args: z.ZodType<A>, run: (args: A, call: string) => Promise<void>): Deferred<A>;
  /** Runs what a task brought; tells in the result why a call that cannot work was dropped. */
  run(payload: unknown): Promise<string>;
}

const Call = z.object({ function: z.string(), call: z.string(), args: z.unknown() });

export function createDeferredCalls({ createTask, clock }: DeferredDeps): DeferredCalls {
  const functions = new Map<string, (args: unknown, call: string) => Promise<string>>();
  return {
    define(name, schema, run) {
      if (functions.has(name)) throw new Error(`Two deferred functions are called ${name}.`);
      functions.set(name, async (args, call) => {
        const parsed = schema.safeParse(args);
        if (!parsed.success) return `refused: bad arguments for ${name}`;
        await run(parsed.data, call);
        return 'done';
      });
      return {
        defer: (args, options = {}) =>
          createTask({
            queue: options.queue ?? 'default',
            path: options.url ?? DEFERRED_PATH,
            payload: { function: name, call: randomText(16), args: schema.parse(args) },
            ...whenOf(options, clock.now()),
            ...(options.name === undefined ? {} : { name: options.name }),
          }),
      };
    },
    async run(payload) {
      const parsed = Call.safeParse(payload);
      if (!parsed.success) return 'refused: not a deferred call';
      const { function: name, call, args } = parsed.data;
      const run = functions.get(name);
      return run ? run(args, call) : `refused: there is no deferred function ${name}`;
    },
  };
}

export interface DeferredDeps {
  createTask: CreateTask;
  clock: { now(): number };
}

function whenOf({ countdown, eta }: DeferOptions, now: number): { at?: number } {
  if (eta) return { at: eta.getTime() };
  return countdown === undefined ? {} : { at: now + countdown * 1000 };
}
