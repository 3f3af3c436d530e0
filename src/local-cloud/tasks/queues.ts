import type { Clock } from '../../clock.ts';
import { CloudError } from '../cloud-error.ts';
import type { Queue, QueueState, QueueStore } from './queue-store.ts';
import type { QueueConfig } from './queue-settings.ts';
import { checkQueueName } from './resource-names.ts';

export interface QueuesDeps {
  clock: Clock;
  store: QueueStore;
}

/** The rules of queues: who made them, which state they are in, and what their names may be. */
export class Queues {
  readonly #deps: QueuesDeps;

  constructor(deps: QueuesDeps) {
    this.#deps = deps;
  }

  /** By name. */
  all(): Queue[] {
    return this.#deps.store.all();
  }

  find(name: string): Queue | undefined {
    return this.#deps.store.find(name);
  }

  /** INVALID_ARGUMENT for what is no queue's name, NOT_FOUND for an unknown queue. */
  get(name: string | undefined): Queue {
    const queue = this.find(checkQueueName(name));
    if (queue) return queue;
    const hint = 'If you just created the queue, wait at least a minute for the queue to initialize.';
    throw new CloudError('NOT_FOUND', `Queue does not exist. ${hint}`);
  }

  /** Makes the queues below `location` what queue.yaml says. One that queue.yaml has dropped is DISABLED, not deleted. */
  adopt(location: string, configs: QueueConfig[]): void {
    const wanted = new Map(configs.map((config) => [`${location}/queues/${config.name}`, config]));
    for (const [name, { name: _, ...settings }] of wanted) {
      this.#deps.store.put({ ...this.#kept(name), ...settings, name, source: 'queue.yaml' });
    }
    const dropped = this.all().filter(({ name, source }) => source === 'queue.yaml' && !wanted.has(name));
    for (const queue of dropped) this.#deps.store.put({ ...queue, state: 'DISABLED' });
  }

  pause(name: string | undefined): Queue {
    return this.#enter(name, 'PAUSED');
  }

  /** Also ends DISABLED. */
  resume(name: string | undefined): Queue {
    return this.#enter(name, 'RUNNING');
  }

  #enter(name: string | undefined, state: QueueState): Queue {
    return this.#deps.store.put({ ...this.get(name), state });
  }

  /** What an upload of queue.yaml leaves as it is: a pause and the time of the last purge. */
  #kept(name: string): Pick<Queue, 'state' | 'purgedAt'> {
    const queue = this.find(name);
    const state = queue?.state === 'PAUSED' ? 'PAUSED' : 'RUNNING';
    return queue?.purgedAt === undefined ? { state } : { state, purgedAt: queue.purgedAt };
  }
}
