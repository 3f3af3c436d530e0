import { CloudError } from '../cloud-error.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { GroupCommit } from './group-commit.ts';
import { pageSize, pageStart, type Paged } from './paging.ts';
import { presentQueue, readSettings, type QueueMessage } from './queue-message.ts';
import type { Queue, QueueState } from './queue-store.ts';
import type { Queues } from './queues.ts';
import { checkLocation } from './resource-names.ts';

export interface QueueRpcsDeps {
  queues: Queues;
  dispatcher: Dispatcher;
  commit: GroupCommit;
}

/** Largest page of queues (cloudtasks.proto, `ListQueuesRequest.page_size`). */
const MOST_QUEUES = 9_800;

interface Named {
  name?: string;
}

interface ListQueues extends Paged {
  filter?: string;
}

interface UpdateQueue {
  queue?: QueueMessage;
  updateMask?: { paths?: string[] };
}

/** The methods of google.cloud.tasks.v2.CloudTasks that concern queues. A change is answered when it is on the disk. */
export function queueRpcs({ queues, dispatcher, commit }: QueueRpcsDeps) {
  const changed = async (queue: Queue) => {
    dispatcher.wake(queue.name);
    await commit.durable();
    return presentQueue(queue);
  };
  return {
    ListQueues({ filter = '', ...request }: ListQueues) {
      const limit = pageSize(request, MOST_QUEUES);
      const page = queues.list(checkLocation(request.parent), pageStart(request), limit, readFilter(filter));
      return { queues: page.queues.map(presentQueue), nextPageToken: page.next };
    },
    GetQueue: ({ name }: Named) => presentQueue(queues.get(name)),
    CreateQueue: ({ parent, queue = {} }: { parent?: string; queue?: QueueMessage }) =>
      changed(queues.create(checkLocation(parent), queue.name, readSettings(queue))),
    UpdateQueue({ queue = {}, updateMask }: UpdateQueue) {
      const before = queues.find(queue.name ?? '');
      const message = applyMask(before ? presentQueue(before) : {}, queue, updateMask?.paths ?? []);
      return changed(queues.update(queue.name, readSettings(message)));
    },
    async DeleteQueue({ name }: Named) {
      queues.delete(name);
      await commit.durable();
      return {};
    },
    PurgeQueue: ({ name }: Named) => changed(queues.purge(name)),
    PauseQueue: ({ name }: Named) => changed(queues.pause(name)),
    ResumeQueue: ({ name }: Named) => changed(queues.resume(name)),
  };
}

/** Of the filter language only the sample of cloudtasks.proto: `state: PAUSED`. */
function readFilter(filter: string): QueueState | undefined {
  if (filter === '') return undefined;
  const [, state] = /^\s*state\s*[:=]\s*"?(RUNNING|PAUSED|DISABLED)"?\s*$/.exec(filter) ?? [];
  if (state) return state as QueueState;
  throw new CloudError('UNIMPLEMENTED', `The local cloud has no ListQueues filter but "state: …", not "${filter}".`);
}

/** Fields that UpdateQueue may name, and the parts of them that it may name alone. */
const FIELDS: Record<string, string[]> = {
  rateLimits: ['maxDispatchesPerSecond', 'maxConcurrentDispatches', 'maxBurstSize'],
  retryConfig: ['maxAttempts', 'maxRetryDuration', 'minBackoff', 'maxBackoff', 'maxDoublings'],
  appEngineRoutingOverride: ['service', 'version', 'instance'],
  stackdriverLoggingConfig: ['samplingRatio'],
  // Output only: what is said of these is ignored (cloudtasks.proto).
  name: [],
  state: [],
  purgeTime: [],
};

type Parts = Record<string, unknown>;

/** `before` with the fields of `paths` taken from `changes`; without paths all of them. A strange path is INVALID_ARGUMENT. */
function applyMask(before: QueueMessage, changes: QueueMessage, paths: string[]): QueueMessage {
  if (paths.length === 0) return changes;
  const result = structuredClone(before) as Record<string, Parts | undefined>;
  const given = changes as Record<string, Parts | undefined>;
  for (const path of paths) {
    const [field, part] = split(path);
    if (part === undefined) result[field] = given[field];
    else result[field] = { ...result[field], [part]: given[field]?.[part] };
  }
  return result;
}

function split(path: string): [field: string, part: string | undefined] {
  const [field = '', part, ...rest] = path.split('.').map(camelCase);
  const parts = FIELDS[field];
  if (parts && rest.length === 0 && (part === undefined || parts.includes(part))) return [field, part];
  throw new CloudError('INVALID_ARGUMENT', `Queue has no field "${path}" to update.`);
}

const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
