import { newUserId } from '../../src/runtime/ids.ts';
import { UserKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity } from '../../src/data/model/kind.ts';
import { emptyUser } from '../../src/data/model/records.ts';
import { startProgram } from '../process/support.ts';
import { signUp } from '../support/test-user.ts';
import { alternate, median } from './alternate.ts';
import type { Figure } from './figure.ts';
import { load } from './load.ts';
import { openBulkStore } from './bulk-store.ts';
import { intoStore, type LoadTarget } from './load-target.ts';
import { loadPhotos } from './many-photos.ts';
import { startTimeline } from './photo-library.ts';
import { temporaryFolder } from './temporary-folder.ts';

const USERS = 10_000;
/** Users who read. Everybody has as many photos. */
const READERS = 100;
const PHOTOS = 10;

/** First pages of many users, one after the other, against those of as many users who have the service for themselves. */
export async function measureManyUsers(scope: AsyncDisposableStack): Promise<Figure> {
  const crowd = await startReaders(scope, USERS);
  const few = await startReaders(scope, READERS);
  // A page of another length is another page, so that each is read from Datastore.
  const medianOf = (readers: typeof crowd, lengths = Array(100).keys()) => {
    return async () => {
      const paths = [`/v1/timeline?limit=${PHOTOS + Number(lengths.next().value)}`];
      const times: number[] = [];
      for (const reader of readers)
        times.push((await load({ ...reader, paths, connections: 1, status: 200 })).medianMs);
      return median(times);
    };
  };
  const { ours, theirs } = await alternate(7, { ours: medianOf(crowd), theirs: medianOf(few) });
  return {
    what: `first pages of ${READERS} among ${USERS} users with ${PHOTOS} photos each, one after the other, each read from Datastore`,
    value: ours,
    unit: 'ms',
    reference: { what: `${READERS} users alone`, value: theirs },
    aim: { is: 'at most', ratio: 1.3 },
  };
}

/** The program with so many users, and some of them signed in. */
async function startReaders(scope: AsyncDisposableStack, users: number) {
  const dataDir = await temporaryFolder(scope);
  const names = Array.from({ length: READERS }, (_, at) => `reader-${at}`);
  const before = await startProgram(dataDir);
  for (const name of names) await signUp(before.url, name);
  await before.stop('SIGTERM');

  const store = await openBulkStore(dataDir);
  const target = intoStore(store);
  for (const name of names) await loadPhotos(target, name, PHOTOS);
  for (let other = READERS; other < users; other++) {
    await addUser(target, `other-${other}`);
    await loadPhotos(target, `other-${other}`, PHOTOS);
  }
  store.close();

  const { url } = await startTimeline(scope, { dataDir });
  const signedIn = await Promise.all(names.map((name) => signUp(url, name)));
  return signedIn.map(({ token }) => ({ url, headers: { Authorization: `Bearer ${token}` } }));
}

async function addUser({ datastore, save }: LoadTarget, handle: string): Promise<void> {
  const user = newUserId();
  await save([
    toEntity(keyOf(datastore, user, UserKind), UserKind, emptyUser(handle, 0)),
    { key: datastore.key(['Handle', handle]), data: { user }, excludeFromIndexes: ['user'] },
  ]);
}
