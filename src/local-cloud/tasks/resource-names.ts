import { CloudError } from '../cloud-error.ts';

const LOCATION = 'projects/[A-Za-z0-9:.-]+/locations/[A-Za-z0-9-]+';
const LOCATION_NAME = new RegExp(`^${LOCATION}$`);
const QUEUE_NAME = new RegExp(`^(${LOCATION})/queues/([A-Za-z0-9-]{1,100})$`);
const TASK_NAME = new RegExp(`^(${LOCATION}/queues/[A-Za-z0-9-]{1,100})/tasks/([^/]*)$`);
const TASK_ID = /^[A-Za-z0-9_-]{1,500}$/;

const PARENT_FORM = 'projects/<PROJECT_ID>/locations/<LOCATION_ID>';
const QUEUE_FORM = `${PARENT_FORM}/queues/<QUEUE_ID>`;
const TASK_FORM = `${QUEUE_FORM}/tasks/<TASK_ID>`;

/** Refuses what is not the name of a location (queue.proto) with INVALID_ARGUMENT. */
export function checkLocation(name: string | undefined): string {
  if (name && LOCATION_NAME.test(name)) return name;
  throw new CloudError('INVALID_ARGUMENT', `Location name must be formatted: "${PARENT_FORM}"`);
}

/** Refuses what is not the name of a queue (queue.proto) with INVALID_ARGUMENT. */
export function checkQueueName(name: string | undefined): string {
  if (name && QUEUE_NAME.test(name)) return name;
  throw new CloudError('INVALID_ARGUMENT', `Queue name must be formatted: "${QUEUE_FORM}".`);
}

/** The queue's full name and the task's own id; anything but a task's name (task.proto) is INVALID_ARGUMENT. */
export function splitTaskName(name: string | undefined): { queue: string; id: string } {
  const [, queue, id = ''] = TASK_NAME.exec(name ?? '') ?? [];
  if (!queue) throw new CloudError('INVALID_ARGUMENT', `Task name must be formatted: "${TASK_FORM}"`);
  if (TASK_ID.test(id)) return { queue, id };
  const alphabet = 'letters ([A-Za-z]), numbers ([0-9]), hyphens (-), or underscores (_)';
  throw new CloudError(
    'INVALID_ARGUMENT',
    `Task ID "${id}" can contain only ${alphabet}. Task ID must between 1 and 500 characters.`,
  );
}

export const taskName = (queue: string, id: string) => `${queue}/tasks/${id}`;

/** The last segment of a queue's or a task's full name. */
export const shortName = (name: string) => name.slice(name.lastIndexOf('/') + 1);

/** The project in any of these full names. */
export const projectIn = (name: string) => name.split('/')[1] ?? '';

/** The location that a queue's full name begins with. */
export const locationOf = (queue: string) => queue.split('/').slice(0, 4).join('/');
