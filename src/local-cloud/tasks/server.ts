import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readDefinitions } from '../definitions.ts';
import { serveGrpc, type GrpcService } from '../grpc.ts';
import { queueRpcs, type QueueRpcsDeps } from './queue-rpcs.ts';
import { taskRpcs, type TaskRpcsDeps } from './task-rpcs.ts';

/** Serves google.cloud.tasks.v2.CloudTasks. The IAM methods answer UNIMPLEMENTED: nobody is refused anything here. */
export function serveTasks(
  deps: QueueRpcsDeps & TaskRpcsDeps,
  { host, port }: { host: string; port: number },
): Promise<GrpcService> {
  return serveGrpc({
    definitions: readTasksDefinitions(),
    service: 'google.cloud.tasks.v2.CloudTasks',
    rpcs: { ...queueRpcs(deps), ...taskRpcs(deps) },
    host,
    port,
  });
}

function readTasksDefinitions() {
  const client = createRequire(import.meta.url).resolve('@google-cloud/tasks');
  const file = join(dirname(client), '../../protos/protos.json');
  return readDefinitions(file, ['google.cloud.tasks.v2beta2', 'google.cloud.tasks.v2beta3', 'google.cloud.location']);
}
