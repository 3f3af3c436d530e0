import type { EndedRequest } from '../../../runtime/ended-request.ts';
import type { CloudCall } from '../../trace/call-log.ts';
import type { Trace } from '../../trace/trace.ts';

/** A request with the calls that were made for it. */
export interface TracedRequest {
  id: string;
  /** Milliseconds since the Unix epoch, with fractions. */
  startedAt: number;
  /** Until the reply, or until the last call so far. */
  ms: number;
  /** What the app has reported at the end. */
  ended: EndedRequest | undefined;
  /** Whether the request has not ended yet. It is not known of an app that reports nothing. */
  isRunning: boolean;
  /** In the order of their starts. */
  calls: CloudCall[];
}

/** The requests that are kept, the newest first. */
export function tracedRequests(trace: Trace): TracedRequest[] {
  const calls = callsByRequest(trace);
  const ended = trace.requests();
  const reported = ended.map((request): TracedRequest => {
    const { id, startedAt, ms } = request;
    return { id, startedAt, ms, ended: request, isRunning: false, calls: calls.get(id) ?? [] };
  });
  const known = new Set(ended.map(({ id }) => id));
  // Before the oldest request that is kept, others have been forgotten whose calls are still here.
  const since = Math.min(...ended.map(({ startedAt }) => startedAt), Date.now());
  const others = [...calls]
    .filter(([id, [first]]) => !known.has(id) && (ended.length === 0 || first!.startedAt >= since))
    .map(([id, made]) => withoutReport(id, made, ended.length > 0));
  return [...reported, ...others].sort((a, b) => b.startedAt - a.startedAt);
}

/** One request; undefined when nothing of it is kept. */
export function tracedRequest(trace: Trace, id: string): TracedRequest | undefined {
  const calls = callsByRequest(trace).get(id);
  const reported = trace.requests();
  const ended = reported.find((request) => request.id === id);
  if (ended) return { id, startedAt: ended.startedAt, ms: ended.ms, ended, isRunning: false, calls: calls ?? [] };
  return calls && withoutReport(id, calls, reported.length > 0);
}

/** The calls that came without the id of a request, the newest first. */
export const callsWithoutRequest = (trace: Trace): CloudCall[] =>
  [...trace.calls.newestFirst()].filter(({ requests }) => requests === '');

function callsByRequest(trace: Trace): Map<string, CloudCall[]> {
  const byRequest = new Map<string, CloudCall[]>();
  for (const call of trace.calls.newestFirst()) {
    for (const id of requestsOf(call)) byRequest.set(id, [...(byRequest.get(id) ?? []), call]);
  }
  for (const calls of byRequest.values()) calls.sort((a, b) => a.startedAt - b.startedAt);
  return byRequest;
}

function withoutReport(id: string, calls: CloudCall[], isRunning: boolean): TracedRequest {
  const { startedAt } = calls[0]!;
  const until = Math.max(...calls.map((call) => call.startedAt + call.ms));
  return { id, startedAt, ms: until - startedAt, ended: undefined, isRunning, calls };
}

/** The ids of the requests that a call was made for. */
export const requestsOf = ({ requests }: CloudCall): string[] => (requests === '' ? [] : requests.split(','));

/** Operations of Datastore, as Google counts them. */
export interface Operations {
  reads: number;
  writes: number;
  deletes: number;
  aborts: number;
}

export function operationsOf(calls: CloudCall[]): Operations {
  const sum = { reads: 0, writes: 0, deletes: 0, aborts: 0 };
  for (const call of calls) {
    if (call.status === 'ABORTED') sum.aborts += 1;
    sum.reads += call.reads ?? 0;
    // What a refused commit would have changed is not changed.
    if (call.status !== 'OK') continue;
    sum.writes += call.writes ?? 0;
    sum.deletes += call.deletes ?? 0;
  }
  return sum;
}

/** The whole names of the tasks that the calls have created. */
export const tasksLeftBy = (calls: CloudCall[]): string[] =>
  calls.filter(({ method, status }) => method === 'CreateTask' && status === 'OK').flatMap(({ task }) => task ?? []);

/** The requests that ran a task, the newest first. */
export const runsOf = (trace: Trace, task: string): EndedRequest[] =>
  trace.requests().filter(({ task: run }) => run && task.endsWith(`/queues/${run.queue}/tasks/${run.name}`));

/** The ids of the requests that left a task. */
export function makersOf(trace: Trace, task: string): string[] {
  for (const call of trace.calls.newestFirst()) {
    if (call.method === 'CreateTask' && call.status === 'OK' && call.task === task) return requestsOf(call);
  }
  return [];
}

/**
 * Which attempt each commit is, for those of transactions that were aborted and are made again: commits of the same calls
 * that change the same entity group.
 */
export function attemptsOf(calls: CloudCall[]): Map<CloudCall, number> {
  const attempts = new Map<CloudCall, number>();
  const open = new Map<string, number>();
  for (const call of calls.filter(({ method }) => method === 'Commit')) {
    const group = JSON.stringify(call.changes?.[0]?.key.path[0]);
    const attempt = (open.get(group) ?? 0) + 1;
    if (call.status === 'ABORTED') open.set(group, attempt);
    else open.delete(group);
    if (attempt > 1 || call.status === 'ABORTED') attempts.set(call, attempt);
  }
  return attempts;
}
