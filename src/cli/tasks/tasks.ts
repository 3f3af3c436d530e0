import type { protos } from '@google-cloud/tasks';
import type { Typed } from './cli-options.ts';
import { ONE_ATTEMPT, type CliDeps } from './client.ts';
import { inColumns, instant, lastPart } from './print.ts';

type Task = protos.google.cloud.tasks.v2.ITask;

/** The largest page of ListTasks (cloudtasks.proto). */
const LARGEST_PAGE = 1000;

export async function listTasks(
  { client, projectId, location }: CliDeps,
  { operands: [queue = ''], limit }: Typed,
): Promise<string> {
  const parent = client.queuePath(projectId, location, queue);
  const tasks: Task[] = [];
  for await (const task of client.listTasksAsync(
    { parent, pageSize: LARGEST_PAGE },
    { ...ONE_ATTEMPT, autoPaginate: false },
  ))
    tasks.push(task);
  const shown = tasks.sort((a, b) => dueOf(a) - dueOf(b)).slice(0, limit);
  const rows = shown.map((task) => [
    lastPart(task.name),
    instant(task.scheduleTime),
    `${task.dispatchCount ?? 0}`,
    targetOf(task),
  ]);
  const rest = tasks.length - shown.length;
  return inColumns(['TASK', 'DUE', 'ATTEMPTS', 'TARGET'], rows) + (rest > 0 ? `and ${rest} more (--limit)\n` : '');
}

export async function showTask(deps: CliDeps, typed: Typed): Promise<string> {
  const [task] = await deps.client.getTask({ name: nameOf(deps, typed), responseView: 'FULL' }, ONE_ATTEMPT);
  const { lastAttempt } = task;
  const body = (task.appEngineHttpRequest ?? task.httpRequest)?.body;
  return inColumns(
    [],
    [
      ['task', lastPart(task.name)],
      ['created', instant(task.createTime)],
      ['due', instant(task.scheduleTime)],
      ['target', targetOf(task)],
      ['body', Buffer.from(body ?? '').toString()],
      ['attempts', `${task.dispatchCount ?? 0}, ${task.responseCount ?? 0} answered`],
      [
        'last attempt',
        lastAttempt ? `${instant(lastAttempt.dispatchTime)} ${lastAttempt.responseStatus?.message ?? ''}` : 'none yet',
      ],
    ],
  );
}

/** Creates a command that calls one method for a task. */
export const changeTask =
  (method: 'runTask' | 'deleteTask', done: string) =>
  async (deps: CliDeps, typed: Typed): Promise<string> => {
    await deps.client[method]({ name: nameOf(deps, typed) }, ONE_ATTEMPT);
    return `${typed.operands[1]} ${done}.\n`;
  };

const nameOf = ({ client, projectId, location }: CliDeps, { operands: [queue = '', task = ''] }: Typed) =>
  client.taskPath(projectId, location, queue, task);

const dueOf = ({ scheduleTime }: Task) => Number(scheduleTime?.seconds ?? 0);

function targetOf({ appEngineHttpRequest: own, httpRequest: other }: Task): string {
  return own ? `${own.httpMethod} ${own.relativeUri}` : `${other?.httpMethod} ${other?.url}`;
}
