import { beforeEach, expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import { ExpiringCache } from '../../src/features/accounts/expiring-cache.ts';

const clock = manualClock(0);
let searches: string[] = [];

beforeEach(() => {
  searches = [];
});

const find =
  (key: string, until = Infinity) =>
  async () => {
    searches.push(key);
    return { value: key.toUpperCase(), until };
  };

test('those who ask at once wait for one search', async () => {
  const cache = new ExpiringCache<string>({ clock }, 10);
  expect(await Promise.all([cache.get('a', find('a')), cache.get('a', find('a'))])).toEqual(['A', 'A']);
  expect(searches).toEqual(['a']);
});

test('a value is searched again once it may no longer be believed', async () => {
  const cache = new ExpiringCache<string>({ clock }, 10);
  await cache.get('a', find('a', clock.now() + 100));
  clock.advance(99);
  await cache.get('a', find('a'));
  expect(searches).toEqual(['a']);
  clock.advance(1);
  await cache.get('a', find('a'));
  expect(searches).toEqual(['a', 'a']);
});

test('a search that fails is not remembered', async () => {
  const cache = new ExpiringCache<string>({ clock }, 10);
  await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await cache.get('a', find('a'))).toBe('A');
});

test('the values that were not used for the longest time give way', async () => {
  const cache = new ExpiringCache<string>({ clock }, 2);
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(key, find(key));
  expect(searches).toEqual(['a', 'b', 'c', 'b']);
});
