import type { Datastore } from '@google-cloud/datastore';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../src/runtime/clock.ts';
import { taskCreator } from '../../src/background/create-task.ts';
import { createLibrary, type Library, type LibraryDeps } from '../../src/data/commit/group-commit.ts';
import { newUserId, type UserId } from '../../src/runtime/ids.ts';
import { UserKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity } from '../../src/data/model/kind.ts';
import { createOutbox } from '../../src/background/outbox.ts';
import { emptyUser } from '../../src/data/model/records.ts';
import { createLog } from '../../src/runtime/log.ts';
import { startCloud } from './local-cloud.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A queue that holds nothing back. */
const QUEUE_YAML = 'queue:\n  - { name: variants, rate: 500/s, bucket_size: 500 }\n';

export interface OutboxWorld {
  library: Library;
  user: UserId;
  /** Where tasks arrive; `arrived` is told of each, with the body of its request. */
  url: string;
}

/** The library with its outbox on a local cloud, an account, and a bare web server in place of the app. */
export async function startOutboxWorld(
  scope: AsyncDisposableStack,
  arrived: (body: string) => void,
  committed: () => void = () => undefined,
): Promise<OutboxWorld> {
  const { cloud, projectId, location, tasks, datastore } = await startCloud(await temporaryFolder(scope), QUEUE_YAML);
  scope.defer(() => cloud.stop());
  scope.defer(async () => (await tasks()).close());
  const url = await startTarget(scope, arrived);
  await cloud.appIsAt(url);
  const createTask = taskCreator({ tasks, projectId, location });
  const log = createLog({ level: 'silent' });
  const outbox = createOutbox({ datastore, clock: systemClock, log, createTask, count: () => undefined });
  const deliver: LibraryDeps['deliver'] = (user, enqueued) => {
    committed();
    return outbox.deliver(user, enqueued);
  };
  return { library: createLibrary({ datastore, clock: systemClock, deliver }), user: await newAccount(datastore), url };
}

async function newAccount(datastore: Datastore): Promise<UserId> {
  const user = newUserId();
  await datastore.save(toEntity(keyOf(datastore, user, UserKind), UserKind, emptyUser('ana', Date.now())));
  return user;
}

async function startTarget(scope: AsyncDisposableStack, arrived: (body: string) => void): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      arrived(body);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scope.defer(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
