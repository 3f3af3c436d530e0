import { taskCreator, type TaskRequest } from '../jobs/create-task.ts';
import { jobTask } from '../jobs/job-task.ts';
import { JOBS, type JobName } from '../jobs/table.ts';
import type { Typed } from './cli-options.ts';
import type { CliDeps } from './commands.ts';
import { UsageError } from './usage.ts';

/** A task for a job or for a path of the service. That its name is taken is no fault: then it is there, or has been. */
export async function createTask({ client, projectId, location }: CliDeps, typed: Typed): Promise<string> {
  const create = taskCreator({ tasks: async () => client, projectId, location });
  const { at, name, queue } = typed;
  const task: TaskRequest = {
    ...targetOf(typed),
    ...(queue === undefined ? {} : { queue }),
    ...(at === undefined ? {} : { at }),
    ...(name === undefined ? {} : { name }),
  };
  await create(task);
  return `A task for ${task.path} is in ${task.queue}${at === undefined ? '' : `, due ${new Date(at).toISOString()}`}.\n`;
}

function targetOf({ operands: [target = '', json = 'null'] }: Typed): TaskRequest {
  const payload = parseJson(json);
  if (target.startsWith('/')) return { queue: 'default', path: target, payload };
  if (target in JOBS) return jobTask({ name: target as JobName }, payload);
  throw new UsageError(
    `There is no job ${target}: give one of ${Object.keys(JOBS).join(', ')}, or a path with a slash.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`This is not JSON: ${text}`, { cause });
  }
}
