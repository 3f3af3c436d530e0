import { SECRET_HEADER } from '../platform-call.ts';
import { SECOND_MICROS } from './instants.ts';
import { shortName } from './resource-names.ts';
import type { Outcome, Target, Task } from './task.ts';

/** Names that a task cannot set: the platform's own, and those of the connection (target.proto). */
const RESERVED =
  /^(x-google-.*|x-appengine-.*|x-cloudtasks-.*|x-local-cloud-secret|host|content-length|transfer-encoding|connection)$/i;

/**
 * The headers of one attempt. Cloud Tasks calls them `X-AppEngine-Task…` for the application and `X-CloudTasks-Task…` for any
 * other URL; only the former prove anything, so the secret goes with them alone.
 *
 * @param task as it was before this attempt
 */
export function dispatchHeaders(task: Task, secret: string, idToken?: string): Record<string, string> {
  const own = Object.entries(task.target.headers).filter(([name]) => !RESERVED.test(name));
  if (task.target.kind === 'app-engine') {
    return { ...Object.fromEntries(own), ...facts('X-AppEngine', task), [SECRET_HEADER]: secret };
  }
  const unsigned = own.filter(([name]) => !idToken || name.toLowerCase() !== 'authorization');
  const authorization = idToken ? { Authorization: `Bearer ${idToken}` } : {};
  return { ...Object.fromEntries(unsigned), ...authorization, ...facts('X-CloudTasks', task) };
}

function facts(prefix: string, task: Task): Record<string, string> {
  const { queue, id, due, dispatches, executions, lastAttempt } = task;
  const outcome = lastAttempt?.outcome;
  const previous = outcome?.httpStatus ? { [`${prefix}-TaskPreviousResponse`]: String(outcome.httpStatus) } : {};
  return {
    [`${prefix}-QueueName`]: shortName(queue),
    [`${prefix}-TaskName`]: id,
    [`${prefix}-TaskRetryCount`]: String(dispatches),
    [`${prefix}-TaskExecutionCount`]: String(executions),
    [`${prefix}-TaskETA`]: (due / SECOND_MICROS).toFixed(6),
    ...previous,
    ...(outcome ? { [`${prefix}-TaskRetryReason`]: retryReason(task.target, outcome) } : {}),
  };
}

/**
 * As captured from production: of an HTTP target it is empty, of the application it is the same whatever was answered
 * (aertje/cloud-tasks-emulator, conformance/golden/dispatch.json). No capture shows an attempt without a response.
 */
function retryReason({ kind }: Target, { httpStatus, reason }: Outcome): string {
  if (kind === 'http') return '';
  return httpStatus === undefined ? printable(reason) : 'App Error';
}

/** What a header value may hold; the texts of connection errors come from elsewhere. */
const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '?');
