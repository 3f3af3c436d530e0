import type { Clock } from '../../runtime/clock.ts';
import { CloudError } from '../cloud-error.ts';
import { DAY_MICROS, microsOf, type Micros } from './instants.ts';
import { NAME_TAKEN, type NameStore } from './name-store.ts';
import type { Queue, QueueState, QueueStore } from './queue-store.ts';
import type { QueueConfig, QueueSettings } from './queue-settings.ts';
import { checkQueueName, locationOf, shortName } from './resource-names.ts';

interface QueuesDeps {
  clock: Clock;
  store: QueueStore;
  names: NameStore;
}

/** How long the name of a deleted queue is blocked (cloudtasks.proto, `DeleteQueue`). */
const NAME_BLOCKED_MICROS = 7 * DAY_MICROS;
/** Quotas of Cloud Tasks. */
const MOST_QUEUES = 1_000;

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

  /** At most `limit` queues of a location after the one of that id, and the token of the next page if there is one. */
  list(location: string, after: string, limit: number, state?: QueueState): { queues: Queue[]; next: string } {
    const here = this.all().filter(({ name }) => locationOf(name) === location && shortName(name) > after);
    const page = here.slice(0, limit);
    const next = here.length > limit ? shortName(page.at(-1)?.name ?? '') : '';
    return { queues: state ? page.filter((queue) => queue.state === state) : page, next };
  }

  /** ALREADY_EXISTS for one that is there, FAILED_PRECONDITION for one that was deleted less than seven days ago. */
  create(location: string, name: string | undefined, settings: QueueSettings): Queue {
    const checked = checkQueueName(name);
    if (locationOf(checked) !== location) {
      throw new CloudError('INVALID_ARGUMENT', `The queue ${checked} is not in ${location}.`);
    }
    if (this.find(checked)) throw new CloudError('ALREADY_EXISTS', 'Queue already exists');
    return this.#make(checked, settings);
  }

  /** Changes the settings, or makes the queue (cloudtasks.proto, `UpdateQueue`). */
  update(name: string | undefined, settings: QueueSettings): Queue {
    const queue = this.find(checkQueueName(name));
    if (!queue) return this.#make(checkQueueName(name), settings);
    const { state, source, purgedAt } = queue;
    return this.#deps.store.put({ ...settings, purgedAt, name: queue.name, state, source });
  }

  /** With all its tasks. */
  delete(name: string | undefined): void {
    const queue = this.find(checkQueueName(name));
    if (!queue) throw new CloudError('NOT_FOUND', 'Requested entity was not found.');
    this.#deps.store.delete(queue.name, this.#now() + NAME_BLOCKED_MICROS);
  }

  pause(name: string | undefined): Queue {
    return this.#enter(name, 'PAUSED');
  }

  /** Also ends DISABLED. */
  resume(name: string | undefined): Queue {
    return this.#enter(name, 'RUNNING');
  }

  /** Deletes all tasks; their names stay taken. */
  purge(name: string | undefined): Queue {
    const queue = this.get(name);
    const now = this.#now();
    this.#deps.names.takeAll(queue.name, now + NAME_TAKEN[queue.source]);
    this.#deps.store.empty(queue.name);
    return this.#deps.store.put({ ...queue, purgedAt: now });
  }

  #make(name: string, settings: QueueSettings): Queue {
    if ((this.#deps.store.blockedUntil(name) ?? 0) > this.#now()) {
      const reason = 'a queue with this name existed too recently';
      throw new CloudError('FAILED_PRECONDITION', `The queue cannot be created because ${reason}.`);
    }
    if (this.all().length >= MOST_QUEUES) {
      throw new CloudError('RESOURCE_EXHAUSTED', `A project has ${MOST_QUEUES} queues at most.`);
    }
    return this.#deps.store.put({ ...settings, name, state: 'RUNNING', source: 'api' });
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

  #now(): Micros {
    return microsOf(this.#deps.clock.now());
  }
}
