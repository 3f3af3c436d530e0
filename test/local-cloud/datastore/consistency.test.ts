import type { Datastore } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { startDatastoreWorld } from './contract.ts';

const global = async (datastore: Datastore) =>
  (await datastore.runQuery(datastore.createQuery('Leaf').order('value')))[0].map(({ value }) => value as string);

const below = async (datastore: Datastore) =>
  (await datastore.runQuery(datastore.createQuery('Leaf').hasAncestor(datastore.key(['Root', 'r']))))[0].length;

async function hiding() {
  const world = await startDatastoreWorld({ consistency: 0 });
  const leaf = world.client.key(['Root', 'r', 'Leaf', 'l']);
  await world.client.save({ key: leaf, data: { value: 'old' } });
  world.clock.advance(10_000);
  await world.client.save({ key: leaf, data: { value: 'new' } });
  return { ...world, leaf };
}

test('without consistency a global query sees the state before a fresh write', async () => {
  const { client: datastore } = await hiding();
  expect(await global(datastore)).toEqual(['old']);
});

test('a fresh write is seen by a global query after 10 s', async () => {
  const { client: datastore, clock } = await hiding();
  clock.advance(10_000);
  expect(await global(datastore)).toEqual(['new']);
});

test('a lookup in the entity group brings a fresh write to light', async () => {
  const { client: datastore } = await hiding();
  await datastore.get(datastore.key(['Root', 'r']));
  expect(await global(datastore)).toEqual(['new']);
});

test('an ancestor query sees a fresh write at once', async () => {
  const { client: datastore } = await startDatastoreWorld({ consistency: 0 });
  await datastore.save({ key: datastore.key(['Root', 'r', 'Leaf', 'l']), data: { value: 'new' } });
  expect(await global(datastore)).toEqual([]);
  expect(await below(datastore)).toBe(1);
  expect(await global(datastore)).toEqual(['new']);
});

test('a deleted entity stays in global queries for as long as the delete is hidden', async () => {
  const { client: datastore, clock, leaf } = await hiding();
  clock.advance(10_000);
  await datastore.delete(leaf);
  expect(await global(datastore)).toEqual(['new']);
  clock.advance(10_000);
  expect(await global(datastore)).toEqual([]);
});

test('the share of hidden commits follows the setting', async () => {
  const draws = [0.1, 0.9];
  const { client: datastore } = await startDatastoreWorld({ consistency: 0.5, random: () => draws.shift()! });
  await datastore.save({ key: datastore.key(['Root', 'a', 'Leaf', 'l']), data: { value: 'seen' } });
  await datastore.save({ key: datastore.key(['Root', 'b', 'Leaf', 'l']), data: { value: 'hidden' } });
  expect(await global(datastore)).toEqual(['seen']);
});
