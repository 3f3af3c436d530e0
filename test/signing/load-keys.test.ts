import { beforeAll, expect, test } from 'vitest';
import { loadKeys } from '../../src/signing/keys.ts';
import { sign, verify } from '../../src/signing/mac.ts';
import { openFrontDoor, type FrontDoor } from '../accounts/front-door.ts';

let door: FrontDoor;

beforeAll(async () => {
  door = await openFrontDoor();
});

test('instances that start at once end up with one key', async () => {
  const loaded = await Promise.all(Array.from({ length: 5 }, () => loadKeys(door)));
  const signatures = loaded.map((keys) => sign(keys, 'cursor', 'message').toString('hex'));
  expect(new Set(signatures).size).toBe(1);
});

test('a configured key counts alone', async () => {
  const stored = await loadKeys(door);
  const configured = await loadKeys(door, 'a configured secret of enough characters');
  expect(verify(stored, 'cursor', 'message', sign(configured, 'cursor', 'message'))).toBe(false);
});

test('a new secret before the old one leaves what was signed good', async () => {
  const key = door.datastore.key(['Secret', 'signing']);
  const signature = sign(await loadKeys(door), 'cursor', 'message');
  const [{ value }] = (await door.datastore.get(key)) as [{ value: string }];
  await door.datastore.save({ key, data: { value: `the newest secret that is long enough,${value}` } });
  const keys = await loadKeys(door);
  expect(verify(keys, 'cursor', 'message', signature)).toBe(true);
  expect(sign(keys, 'cursor', 'message')).not.toEqual(signature);
});
