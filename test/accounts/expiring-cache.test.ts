import { beforeEach, expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import { ExpiringCache } from '../../src/features/accounts/expiring-cache.ts';

const clock = manualClock(0);
let lookups: string[] = [];

beforeEach(() => {
  lookups = [];
});

const lookUp =
  (key: string, until = Infinity) =>
  async () => {
    lookups.push(key);
    return { value: key.toUpperCase(), until };
  };

test('callers that ask at once share one lookup', async () => {
  const cache = new ExpiringCache<string>({ clock }, 10);
  expect(await Promise.all([cache.get('a', lookUp('a')), cache.get('a', lookUp('a'))])).toEqual(['A', 'A']);
  expect(lookups).toEqual(['a']);
});

test('a value is looked up again once it has expired', async () => {
  const cache = new ExpiringCache<string>({ clock }, 10);
  await cache.get('a', lookUp('a', clock.now() + 100));
  clock.advance(99);
  await cache.get('a', lookUp('a'));
  expect(lookups).toEqual(['a']);
  clock.advance(1);
  await cache.get('a', lookUp('a'));
  expect(lookups).toEqual(['a', 'a']);
});

test('a lookup that fails is not kept', async () => {
  const cache = new ExpiringCache<string>({ clock }, 10);
  await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await cache.get('a', lookUp('a'))).toBe('A');
});

test('the least recently used value is dropped first', async () => {
  const cache = new ExpiringCache<string>({ clock }, 2);
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(key, lookUp(key));
  expect(lookups).toEqual(['a', 'b', 'c', 'b']);
});

test('a key that is forgotten during its lookup is looked up again, and the first caller gets its value', async () => {
  const cache = new ExpiringCache<string>({ clock }, 10);
  const first = cache.get('a', lookUp('a'));
  cache.forget('a');
  expect(await first).toBe('A');
  await cache.get('a', lookUp('a'));
  expect(lookups).toEqual(['a', 'a']);
});
