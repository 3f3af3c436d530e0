import { expect, test } from 'vitest';
import { loadKeys } from '../../src/signing/keys.ts';
import { sign, verify } from '../../src/signing/mac.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const key = world.datastore.key(['Secret', 'signing']);

test('instances that start at once end up with one key', async () => {
  // The world's own app has stored a key already.
  await world.datastore.delete(key);
  const loaded = await Promise.all(Array.from({ length: 5 }, () => loadKeys(world)));
  const signatures = loaded.map((keys) => sign(keys, 'cursor', 'message').toString('hex'));
  expect(new Set(signatures).size).toBe(1);
});

test('a configured key counts alone', async () => {
  const stored = await loadKeys(world);
  const configured = await loadKeys(world, 'a configured secret of enough characters');
  expect(verify(stored, 'cursor', 'message', sign(configured, 'cursor', 'message'))).toBe(false);
});

test('a new secret before the old one leaves what was signed good', async () => {
  const signature = sign(await loadKeys(world), 'cursor', 'message');
  const [{ value }] = (await world.datastore.get(key)) as [{ value: string }];
  await world.datastore.save({ key, data: { value: `the newest secret that is long enough,${value}` } });
  const keys = await loadKeys(world);
  expect(verify(keys, 'cursor', 'message', signature)).toBe(true);
  expect(sign(keys, 'cursor', 'message')).not.toEqual(signature);
});
