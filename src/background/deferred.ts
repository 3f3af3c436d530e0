import type { Request } from 'express';
import { z } from 'zod';
import type { Clock } from '../runtime/clock.ts';
import { explainFault } from '../http/input/fault-messages.ts';
import { faultsOf, summaryOf } from '../http/faults.ts';
import { randomText } from '../runtime/ids.ts';
import type { Attempt } from './attempt.ts';
import type { CreateTask } from './create-task.ts';
import { deferredArguments, StoredArguments, type ArgumentStore } from './deferred-arguments.ts';

/** Where deferred calls arrive unless they name a URL of their own. */
export const DEFERRED_PATH = '/_ah/queue/deferred';

/** When and where a deferred call runs. */
export interface DeferOptions {
  /** Seconds from now. */
  countdown?: number;
  /** The time, at most 30 days ahead; instead of `countdown`. */
  eta?: Date;
  /** `default` unless given. */
  queue?: string;
  /** Unique name: a second call of the same name is not made, even long after the first has run. */
  name?: string;
  /** Path of the handler, made with `deferredRoute`; `/_ah/queue/deferred` unless given. */
  url?: string;
}

/** What a function gets about its call. */
interface DeferredCall extends Attempt {
  /** The same for each delivery of the task: it distinguishes repeated deliveries from new calls. */
  id: string;
  /** The request of the task, with its headers. */
  request: Request;
}

/** A function that can be called later. */
export interface Deferred<A> {
  /** Arranges one call. @throws ZodError when the arguments do not fit the schema */
  defer(args: A, options?: DeferOptions): Promise<void>;
}

/** Thrown by a deferred function for which another attempt is useless: its task ends, and the log says why. */
export class PermanentFailure extends Error {}

/** Functions that may be called later, by name. Arguments are checked data; nothing is unpickled. */
export interface DeferredCalls {
  /** Registers a function under a name that stays the same across deploys. */
  define<A>(name: string, args: z.ZodType<A>, run: (args: A, call: DeferredCall) => Promise<void>): Deferred<A>;
  /** Runs the call of a task; the result says why a call that cannot work was dropped. */
  run(payload: unknown, call: Attempt & { request: Request }): Promise<string>;
  /** Deletes the arguments of a task when its last attempt has failed. */
  giveUp(payload: unknown): Promise<void>;
}

interface DeferredDeps {
  createTask: CreateTask;
  clock: Clock;
  /** Takes arguments that are too long for a task. */
  blobs: ArgumentStore;
}

const Call = z.object({
  function: z.string(),
  call: z.string(),
  args: z.unknown().optional(),
  stored: StoredArguments.optional(),
});

export function createDeferredCalls({ createTask, clock, blobs }: DeferredDeps): DeferredCalls {
  const functions = new Map<string, (args: unknown, call: DeferredCall) => Promise<string>>();
  const packing = deferredArguments(blobs);
  return {
    define(name, schema, run) {
      if (functions.has(name)) throw new Error(`Two deferred functions are called ${name}.`);
      functions.set(name, async (args, call) => {
        const parsed = schema.safeParse(args, { error: explainFault });
        if (!parsed.success) return `refused: bad arguments for ${name}: ${summaryOf(faultsOf(parsed.error, args))}`;
        return runOnce(() => run(parsed.data, call));
      });
      return {
        async defer(args, options = {}) {
          const packed = await packing.pack(schema.parse(args));
          await createTask({
            queue: options.queue ?? 'default',
            path: options.url ?? DEFERRED_PATH,
            payload: { function: name, call: randomText(16), ...packed },
            at: whenOf(options, clock.now()),
            name: options.name,
          });
        },
      };
    },
    async run(payload, request) {
      const parsed = Call.safeParse(payload);
      if (!parsed.success) return 'refused: not a deferred call';
      const { function: name, call: id, stored } = parsed.data;
      const args = stored === undefined ? parsed.data.args : await packing.unpack(stored);
      if (stored !== undefined && args === undefined) return 'done before: its arguments are erased';
      const outcome = (await functions.get(name)?.(args, { ...request, id })) ?? noSuch(name);
      if (stored !== undefined) await packing.erase(stored);
      return outcome;
    },
    async giveUp(payload) {
      const stored = Call.safeParse(payload).data?.stored;
      if (stored !== undefined) await packing.erase(stored);
    },
  };
}

async function runOnce(run: () => Promise<void>): Promise<string> {
  try {
    await run();
    return 'done';
  } catch (error) {
    if (error instanceof PermanentFailure) return `failed for good: ${error.message}`;
    throw error;
  }
}

const noSuch = (name: string) => `refused: there is no deferred function ${name}`;

function whenOf({ countdown, eta }: DeferOptions, now: number): number | undefined {
  if (eta) return eta.getTime();
  return countdown === undefined ? undefined : now + countdown * 1000;
}
