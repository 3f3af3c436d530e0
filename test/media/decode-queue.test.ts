import { describe, expect, test } from 'vitest';
import { createDecodeQueue } from '../../src/media/decode-queue.ts';

/** A job that ends when it is told to. */
function job() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let started = false;
  const run = () => {
    started = true;
    return promise;
  };
  return { run, resolve, reject, started: () => started };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the decode queue', () => {
  test('lets two run, and the next one when a place is free, in the order of their coming', async () => {
    const queue = createDecodeQueue({ atOnce: 2 });
    const jobs = [job(), job(), job(), job()];
    const outcomes = jobs.map(({ run }, index) => queue.run(`photo-${index}`, run));
    await settled();
    expect(jobs.map(({ started }) => started())).toEqual([true, true, false, false]);
    jobs[1]?.resolve('done');
    await settled();
    expect(jobs.map(({ started }) => started())).toEqual([true, true, true, false]);
    for (const { resolve } of jobs) resolve('done');
    expect(await Promise.all(outcomes)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('lets the next one decode while the one before still writes, and frees no place twice', async () => {
    const queue = createDecodeQueue({ atOnce: 1 });
    const [writing, second, third] = [job(), job(), job()];
    const first = queue.run('first', (decoded) => {
      decoded();
      return writing.run();
    });
    const others = [queue.run('second', second.run), queue.run('third', third.run)];
    await settled();
    expect([second.started(), third.started()]).toEqual([true, false]);
    writing.resolve('done');
    await first;
    await settled();
    expect(third.started()).toBe(false);
    for (const { resolve } of [second, third]) resolve('done');
    await Promise.all(others);
  });

  test('gives a place free after a failure as well', async () => {
    const queue = createDecodeQueue({ atOnce: 1 });
    await expect(queue.run('bad', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await queue.run('good', () => Promise.resolve('done'))).toBe('done');
  });

  test('runs once for all who give the same key, and again after that', async () => {
    const queue = createDecodeQueue();
    let runs = 0;
    const count = () => Promise.resolve((runs += 1));
    expect(await Promise.all([queue.run('one', count), queue.run('one', count)])).toEqual([1, 1]);
    expect(await queue.run('one', count)).toBe(2);
  });

  test('refuses as busy, with the time to wait, whoever finds the line full; not those who share a run', async () => {
    const queue = createDecodeQueue({ atOnce: 1, waiting: 1, retryAfter: 7 });
    const [first, second] = [job(), job()];
    const running = [queue.run('first', first.run), queue.run('second', second.run)];
    await expect(queue.run('third', job().run)).rejects.toMatchObject({
      code: 'busy',
      headers: { 'Retry-After': '7', RateLimit: '"decodes";r=0;t=7' },
    });
    const shared = queue.run('second', job().run);
    first.resolve('done');
    second.resolve('shared');
    await Promise.all(running);
    expect(await shared).toBe('shared');
  });
});
