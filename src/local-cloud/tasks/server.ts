import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readDefinitions } from '../definitions.ts';
import type { KnownHosts } from '../known-hosts.ts';
import { serveGrpc, type GrpcService, type Rpc } from '../grpc.ts';
import { refuseOtherProject } from '../own-project.ts';
import type { CallFacts, CallLog } from '../trace/call-log.ts';
import type { GroupCommit } from './group-commit.ts';
import { queueRpcs, type QueueRpcsDeps } from './queue-rpcs.ts';
import { projectIn } from './resource-names.ts';
import { taskRpcs, type TaskRpcsDeps } from './task-rpcs.ts';

interface ServerOptions {
  host: string;
  port: number;
  projectId: string;
  calls: CallLog;
  knownHosts?: KnownHosts;
}

/** Serves google.cloud.tasks.v2.CloudTasks. The IAM methods answer UNIMPLEMENTED: there are no permissions here. */
export function serveTasks(
  deps: QueueRpcsDeps & TaskRpcsDeps,
  { projectId, calls, host, port, knownHosts }: ServerOptions,
): Promise<GrpcService> {
  return serveGrpc({
    definitions: readTasksDefinitions(),
    service: 'google.cloud.tasks.v2.CloudTasks',
    rpcs: noted(ofProject(projectId, lasting(deps.commit, { ...queueRpcs(deps), ...taskRpcs(deps) }))),
    calls: { log: calls, of: 'tasks' },
    host,
    port,
    knownHosts,
  });
}

type TasksRpc = (request: never) => unknown;

/** Methods that only read. */
const READS = new Set(['ListQueues', 'GetQueue', 'ListTasks', 'GetTask']);

/**
 * Holds each reply, an error too, until what it shows is on the disk: it must still be true after a kill -9. The end of a
 * task is written later than it is known, because no caller waits for it. A caller that reads the task waits for that
 * write. If the disk refuses it, a read shows what the disk has.
 */
function lasting(commit: GroupCommit, rpcs: Record<string, TasksRpc>): Record<string, TasksRpc> {
  const held = (rpc: TasksRpc, isRead: boolean) => async (request: never) => {
    const answer = (async () => rpc(request))();
    // What was written until here, and not what is written while the call waits: that costs no further fsync.
    const [written] = await Promise.allSettled([commit.durable(), answer]);
    if (written.status === 'fulfilled') return answer;
    if (isRead) return rpc(request);
    throw written.reason;
  };
  return Object.fromEntries(Object.entries(rpcs).map(([name, rpc]) => [name, held(rpc, READS.has(name))]));
}

/** The field that names a resource, in any request. */
interface Naming {
  parent?: string;
  name?: string;
  queue?: { name?: string };
}

function ofProject(own: string, rpcs: Record<string, TasksRpc>): Record<string, TasksRpc> {
  const guarded = (rpc: TasksRpc) => (request: Naming) => {
    refuseOtherProject(own, projectIn(request.parent ?? request.name ?? request.queue?.name ?? ''));
    return rpc(request as never);
  };
  return Object.fromEntries(Object.entries(rpcs).map(([name, rpc]) => [name, guarded(rpc)]));
}

interface OfTask extends Naming {
  task?: { name?: string };
}

/** Notes which queue and which task a call is about. A task without a name gets one with the reply. */
function noted(rpcs: Record<string, TasksRpc>): Record<string, Rpc> {
  const noting = (rpc: TasksRpc) => async (request: OfTask, facts: CallFacts) => {
    noteName(facts, request.task?.name || request.name || request.parent || request.queue?.name);
    const reply = (await rpc(request as never)) as { name?: string };
    noteName(facts, reply.name);
    return reply;
  };
  return Object.fromEntries(Object.entries(rpcs).map(([name, rpc]) => [name, noting(rpc)]));
}

function noteName(facts: CallFacts, name = ''): void {
  const [queue = '', task] = name.split('/tasks/');
  if (queue.includes('/queues/')) facts.queue = queue;
  if (task !== undefined) facts.task = name;
}

function readTasksDefinitions() {
  const client = createRequire(import.meta.url).resolve('@google-cloud/tasks');
  const file = join(dirname(client), '../../protos/protos.json');
  return readDefinitions(file, ['google.cloud.tasks.v2beta2', 'google.cloud.tasks.v2beta3', 'google.cloud.location']);
}
