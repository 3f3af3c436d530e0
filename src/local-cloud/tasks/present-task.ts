import { toDuration, toTimestamp, SECOND_MICROS } from './instants.ts';
import { projectIn, taskName } from './resource-names.ts';
import type { Attempt, Target, Task } from './task.ts';

export type TaskView = 'VIEW_UNSPECIFIED' | 'BASIC' | 'FULL';

/** google.cloud.tasks.v2.Task; BASIC and unspecified leave the body out. */
export function presentTask(task: Task, view: TaskView = 'BASIC'): object {
  const { queue, id, created, due, deadline, dispatches, responses, firstDispatch, lastAttempt } = task;
  return {
    name: taskName(queue, id),
    ...presentTarget(task, view === 'FULL' ? task.body : undefined),
    scheduleTime: toTimestamp(due),
    createTime: toTimestamp(created - (created % SECOND_MICROS)),
    dispatchDeadline: toDuration(deadline / 1_000),
    dispatchCount: dispatches,
    responseCount: responses,
    firstAttempt: firstDispatch === undefined ? undefined : { dispatchTime: toTimestamp(firstDispatch) },
    lastAttempt: lastAttempt && presentAttempt(lastAttempt),
    view: view === 'FULL' ? 'FULL' : 'BASIC',
  };
}

function presentTarget({ queue, target }: Task, body: Uint8Array | undefined): object {
  const shared = { httpMethod: target.method, headers: target.headers, body };
  if (target.kind === 'http') return { httpRequest: { ...shared, url: target.url, ...presentToken(target) } };
  const host = [target.routing.instance, target.routing.version, target.routing.service, projectIn(queue)];
  const appEngineRouting = { ...target.routing, host: `${host.filter(Boolean).join('.')}.appspot.com` };
  return { appEngineHttpRequest: { ...shared, relativeUri: target.relativeUri, appEngineRouting } };
}

function presentToken(target: Target & { kind: 'http' }): object {
  if (!target.oidc) return {};
  return { oidcToken: { serviceAccountEmail: target.oidc.email, audience: target.oidc.audience } };
}

function presentAttempt({ scheduled, dispatched, outcome }: Attempt): object {
  const sent = { scheduleTime: toTimestamp(scheduled), dispatchTime: toTimestamp(dispatched) };
  if (!outcome) return sent;
  return {
    ...sent,
    responseTime: toTimestamp(outcome.at),
    responseStatus: { code: outcome.code, message: outcome.reason },
  };
}
