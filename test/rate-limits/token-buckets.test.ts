import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import { HourlyCounts } from '../../src/features/rate-limits/hourly-counts.ts';
import { TokenBuckets } from '../../src/features/rate-limits/token-buckets.ts';

const MINUTE = 60_000;

/** How many tokens can be taken now. */
function takeAll(buckets: TokenBuckets, key: string): number {
  for (let taken = 0; ; taken++) if (buckets.take(key) < 0) return taken;
}

test('a bucket gives its burst at once, and then as many as come back', () => {
  const clock = manualClock(0);
  const buckets = new TokenBuckets(clock, { perSecond: 20, burst: 600 });
  expect(takeAll(buckets, 'ana')).toBe(600);
  clock.advance(49);
  expect(buckets.take('ana')).toBe(-1);
  clock.advance(1);
  expect(buckets.take('ana')).toBe(0);
  clock.advance(10_000);
  expect(takeAll(buckets, 'ana')).toBe(200);
  clock.advance(MINUTE);
  expect(takeAll(buckets, 'ana')).toBe(600);
});

test('a key takes nothing from another key', () => {
  const buckets = new TokenBuckets(manualClock(0), { perSecond: 1, burst: 3 });
  takeAll(buckets, 'ana');
  expect(buckets.take('ben')).toBe(2);
});

test('a clock that is set gives no token and takes none', () => {
  const clock = manualClock(1_000_000);
  const buckets = new TokenBuckets(clock, { perSecond: 1, burst: 3 });
  takeAll(buckets, 'ana');
  clock.step(MINUTE);
  expect(buckets.take('ana')).toBe(-1);
  clock.step(-2 * MINUTE);
  clock.advance(1000);
  expect(buckets.take('ana')).toBe(0);
});

test('after the seconds that a refusal names there is a token, and one second before there is none', () => {
  const rates = fc.record({
    perSecond: fc.double({ min: 0.01, max: 500, noNaN: true }),
    burst: fc.integer({ min: 1, max: 100 }),
  });
  const pauses = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 5 });
  fc.assert(
    fc.property(rates, pauses, (rate, waited) => {
      const clock = manualClock(0);
      const buckets = new TokenBuckets(clock, rate);
      for (const ms of waited) {
        takeAll(buckets, 'ana');
        clock.advance(ms);
      }
      takeAll(buckets, 'ana');
      const seconds = buckets.secondsUntilNext('ana');
      clock.advance((seconds - 1) * 1000);
      if (seconds > 1) expect(buckets.take('ana')).toBe(-1);
      clock.advance(1000);
      expect(buckets.take('ana')).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 200 },
  );
});

test('a flood of new keys does not grow the table beyond its bound, and a bucket in use is not forgotten', () => {
  const clock = manualClock(0);
  const buckets = new TokenBuckets(clock, { perSecond: 1, burst: 3 }, 100);
  takeAll(buckets, 'ana');
  for (let key = 0; key < 5000; key++) {
    buckets.take(String(key));
    if (key % 50 === 0) {
      clock.advance(1000);
      expect(buckets.take('ana')).toBe(0);
    }
    expect(buckets.size).toBeLessThanOrEqual(100);
  }
});

test('buckets that are full again are forgotten with the next request', () => {
  const clock = manualClock(0);
  const buckets = new TokenBuckets(clock, { perSecond: 1, burst: 3 });
  for (let key = 0; key < 50; key++) buckets.take(String(key));
  clock.advance(3000);
  buckets.take('ana');
  expect(buckets.size).toBe(1);
});

test('in no hour are there more events than the quota, however they are spread', () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 30, maxLength: 60 });
  fc.assert(
    fc.property(pauses, (minutes) => {
      const clock = manualClock(0);
      const counts = new HourlyCounts(clock, 10);
      const counted: number[] = [];
      for (const wait of minutes) {
        clock.advance(wait * MINUTE);
        if (counts.take('address')) counted.push(clock.elapsed());
      }
      for (const start of counted) {
        expect(counted.filter((time) => time >= start && time < start + 60 * MINUTE).length).toBeLessThanOrEqual(10);
      }
    }),
    { numRuns: 100 },
  );
});

test('the events of an hour are forgotten in time, and beyond the bound of keys', () => {
  const clock = manualClock(0);
  const counts = new HourlyCounts(clock, 1, 2);
  for (const key of ['a', 'b', 'c']) expect(counts.take(key)).toBe(true);
  expect(counts.take('c')).toBe(false);
  expect(counts.take('a')).toBe(true);
  counts.giveBack('a');
  expect(counts.take('a')).toBe(true);
  clock.advance(counts.secondsUntilNext('a') * 1000);
  expect(counts.take('a')).toBe(true);
});
