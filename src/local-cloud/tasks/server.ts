import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readDefinitions } from '../definitions.ts';
import type { KnownHosts } from '../known-hosts.ts';
import { serveGrpc, type GrpcService, type Rpc } from '../grpc.ts';
import { refuseOtherProject } from '../own-project.ts';
import type { GroupCommit } from './group-commit.ts';
import { queueRpcs, type QueueRpcsDeps } from './queue-rpcs.ts';
import { projectIn } from './resource-names.ts';
import { taskRpcs, type TaskRpcsDeps } from './task-rpcs.ts';

/** Serves google.cloud.tasks.v2.CloudTasks. The IAM methods answer UNIMPLEMENTED: there are no permissions here. */
export function serveTasks(
  deps: QueueRpcsDeps & TaskRpcsDeps,
  { host, port, projectId, knownHosts }: { host: string; port: number; projectId: string; knownHosts?: KnownHosts },
): Promise<GrpcService> {
  return serveGrpc({
    definitions: readTasksDefinitions(),
    service: 'google.cloud.tasks.v2.CloudTasks',
    rpcs: ofProject(projectId, lasting(deps.commit, { ...queueRpcs(deps), ...taskRpcs(deps) })),
    host,
    port,
    knownHosts,
  });
}

/** Methods that only read. */
const READS = new Set(['ListQueues', 'GetQueue', 'ListTasks', 'GetTask']);

/**
 * Holds each reply, an error too, until what it shows is on the disk: it must still be true after a kill -9. The end of a
 * task is written later than it is known, because no caller waits for it. A caller that reads the task waits for that
 * write. If the disk refuses it, a read shows what the disk has.
 */
function lasting(commit: GroupCommit, rpcs: Record<string, Rpc>): Record<string, Rpc> {
  const held = (rpc: Rpc, isRead: boolean) => async (request: never) => {
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

function ofProject(own: string, rpcs: Record<string, Rpc>): Record<string, Rpc> {
  const guarded = (rpc: Rpc) => (request: Naming) => {
    refuseOtherProject(own, projectIn(request.parent ?? request.name ?? request.queue?.name ?? ''));
    return rpc(request as never);
  };
  return Object.fromEntries(Object.entries(rpcs).map(([name, rpc]) => [name, guarded(rpc)]));
}

function readTasksDefinitions() {
  const client = createRequire(import.meta.url).resolve('@google-cloud/tasks');
  const file = join(dirname(client), '../../protos/protos.json');
  return readDefinitions(file, ['google.cloud.tasks.v2beta2', 'google.cloud.tasks.v2beta3', 'google.cloud.location']);
}
