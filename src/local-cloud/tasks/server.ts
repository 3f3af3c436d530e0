import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serveGrpc, type GrpcService } from '../grpc.ts';
import { queueRpcs, type QueueRpcsDeps } from './queue-rpcs.ts';
import { taskRpcs, type TaskRpcsDeps } from './task-rpcs.ts';

/** Serves google.cloud.tasks.v2.CloudTasks. The IAM methods answer UNIMPLEMENTED: nobody is refused anything here. */
export function serveTasks(
  deps: QueueRpcsDeps & TaskRpcsDeps,
  { host, port }: { host: string; port: number },
): Promise<GrpcService> {
  return serveGrpc({
    proto: 'google/cloud/tasks/v2/cloudtasks.proto',
    includeDirs: protoFolders(),
    service: 'google.cloud.tasks.v2.CloudTasks',
    rpcs: { ...queueRpcs(deps), ...taskRpcs(deps) },
    host,
    port,
  });
}

/** The `.proto` files lie in Google's own packages: the service's in its client, the shared ones in google-gax. */
function protoFolders(): string[] {
  const client = createRequire(import.meta.url).resolve('@google-cloud/tasks');
  const gax = createRequire(client).resolve('google-gax');
  return [join(dirname(client), '../../protos'), join(dirname(gax), '../protos')];
}
