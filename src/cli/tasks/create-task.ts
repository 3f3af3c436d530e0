import { GrpcCode, hasGrpcCode } from '../../runtime/grpc-faults.ts';
import { taskOf, type TaskRequest } from '../../background/create-task.ts';
import { jobTask } from '../../background/job-task.ts';
import { JOBS } from '../../background/table.ts';
import type { Typed } from './cli-options.ts';
import { ONE_ATTEMPT, type CliDeps } from './client.ts';
import { instant, lastPart } from './print.ts';
import { FAILED_PRECONDITION, NOT_FOUND } from './explain.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Creates a task for a job or for a path of the service, with the given name.
 * @throws Error that says why the name is taken
 */
export async function createTask({ client, projectId, location }: CliDeps, typed: Typed): Promise<string> {
  const { at, name } = typed;
  const request = { ...targetOf(typed), at };
  const { path, queue = request.queue } = { path: request.path, queue: typed.queue };
  const parent = client.queuePath(projectId, location, queue);
  const fullName = name && client.taskPath(projectId, location, queue, name);
  try {
    const [created] = await client.createTask({ parent, task: taskOf(request, fullName) }, ONE_ATTEMPT);
    const due = at === undefined ? '' : `, due ${new Date(at).toISOString()}`;
    return `Task ${lastPart(created.name)} for ${path} is in ${queue}${due}.\n`;
  } catch (error) {
    if (!fullName || !hasGrpcCode(error, GrpcCode.alreadyExists)) throw error;
    throw await nameTaken({ client, fullName, queue }, error);
  }
}

interface TakenName {
  client: CliDeps['client'];
  fullName: string;
  queue: string;
}

/** Cloud Tasks gives the same error for the name of a task and of a former task (cloudtasks.proto, `CreateTask`). */
async function nameTaken({ client, fullName, queue }: TakenName, cause: unknown): Promise<Error> {
  const name = lastPart(fullName);
  const [task] = await client.getTask({ name: fullName }, ONE_ATTEMPT).catch(noneIfGone);
  const reason = task
    ? `The queue ${queue} has a task ${name}, due ${instant(task.scheduleTime)}.`
    : `The name ${name} was used in the queue ${queue} before. A name stays taken after its task has run or was deleted: ` +
      'for nine days in a queue of queue.yaml, for one hour in any other.';
  return new Error(`${reason} Choose another name.`, { cause });
}

function noneIfGone(error: { code?: number }): [] {
  if (error.code === NOT_FOUND || error.code === FAILED_PRECONDITION) return [];
  throw error;
}

function targetOf({ operands: [target = '', json] }: Typed): TaskRequest {
  const payload = json === undefined ? undefined : parseJson(json);
  if (target.startsWith('/')) return { queue: 'default', path: target, payload };
  if (Object.hasOwn(JOBS, target)) return jobTask({ name: target }, payload);
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
