import { expect, test } from 'vitest';
import { datastoreProxy, type DatastoreMethod } from '../support/grpc-proxy.ts';
import { picture } from '../support/picture.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

/** Longer than Datastore keeps a transaction that nothing asks of, in milliseconds. */
const TOO_LONG = 61_000;

const world = await startWorld();

/** An instance that sleeps before its next call of a kind, as one does whose machine is suspended. */
let sleepBefore: DatastoreMethod | undefined;
const endpoint = await datastoreProxy(world.cloud.endpoints.datastore, async (method, _request, forward) => {
  if (method === sleepBefore) {
    sleepBefore = undefined;
    await world.advance(TOO_LONG);
  }
  return forward();
});
const url = await secondInstance(world, { datastore: endpoint });

test('a change whose transaction expired meanwhile is made again, once', async () => {
  const ana = await signUp(url, 'ana');
  sleepBefore = 'Commit';
  await ana.upload(await picture()).expect(201);
  expect(sleepBefore).toBeUndefined();
  expect((await ana.get('/v1/timeline').expect(200)).body.items).toHaveLength(1);
});

test('a page whose snapshot expired meanwhile is read again', async () => {
  const bob = await signUp(url, 'bob');
  await bob.upload(await picture()).expect(201);
  sleepBefore = 'RunQuery';
  expect((await bob.get('/v1/timeline').expect(200)).body.items).toHaveLength(1);
  expect(sleepBefore).toBeUndefined();
});

test('an account whose first transaction expired meanwhile is there at the first sign-in', async () => {
  sleepBefore = 'Commit';
  await signUp(url, 'carla');
  expect(sleepBefore).toBeUndefined();
  await (await signUp(url, 'carla')).get('/v1/me').expect(200);
});
