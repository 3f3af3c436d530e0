import { describe, expect, test } from 'vitest';
import {
  DecodeQueue,
  type Decode,
  type DecodeQueueOptions,
  type Turn,
} from '../../src/pictures/decoding/decode-queue.ts';

/** A job that ends when it is told to. */
function job(holds = 0) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let starts = 0;
  const run = async (turn: Turn) => {
    starts += 1;
    turn.holds(holds);
    return promise;
  };
  return { run, resolve, reject, started: () => starts > 0, starts: () => starts };
}

type Job = ReturnType<typeof job>;

let photos = 0;

/** Asks for a decode of a photo of its own, unless another is given. */
function ask(
  queue: DecodeQueue,
  { run }: Pick<Job, 'run'>,
  { user = 'ana', photo = `photo-${++photos}`, ...more }: Partial<Decode<string>> = {},
): Promise<string> {
  const outcome = queue.run({ user, photo, key: photo, bytes: 0, job: run, ...more });
  outcome.catch(() => undefined);
  return outcome;
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const started = (jobs: readonly Job[]) => jobs.map((each) => each.started());

async function finish(...jobs: Job[]): Promise<void> {
  for (const { resolve } of jobs) resolve('done');
  await settled();
}

describe('the decode queue', () => {
  test('the decode queue lets two run, and the next one when a place is free, in the order of their coming', async () => {
    const queue = new DecodeQueue({ atOnce: 2 });
    const jobs = [job(), job(), job(), job()] as const;
    const outcomes = jobs.map((each) => ask(queue, each));
    await settled();
    expect(started(jobs)).toEqual([true, true, false, false]);
    await finish(jobs[1]);
    expect(started(jobs)).toEqual([true, true, true, false]);
    await finish(...jobs);
    expect(await Promise.all(outcomes)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('the decode queue begins one light decode at a time while requests wait, and a heavy one beside it', async () => {
    let requestsWait = true;
    const queue = new DecodeQueue({ atOnce: 2, lightBytes: 20, heavyBytes: 80, requestsWait: () => requestsWait });
    const [first, second, third, fourth, heavy] = [job(), job(), job(), job(), job(40)];
    const light = [first, second, third, fourth];
    const outcomes = light.map((each) => ask(queue, each));
    await settled();
    expect(started(light)).toEqual([true, false, false, false]);
    await finish(first);
    expect(started(light)).toEqual([true, true, false, false]);
    requestsWait = false;
    await finish(second);
    expect(started(light)).toEqual([true, true, true, true]);
    await finish(third, fourth);
    expect(await Promise.all(outcomes)).toEqual(['done', 'done', 'done', 'done']);

    requestsWait = true;
    const beside = job();
    const both = [ask(queue, heavy, { bytes: 40 }), ask(queue, beside)];
    await settled();
    expect(started([heavy, beside])).toEqual([true, true]);
    await finish(heavy, beside);
    expect(await Promise.all(both)).toEqual(['done', 'done']);
  });

  test('the decode queue lets the next one decode while the one before still writes, and frees no place twice', async () => {
    const queue = new DecodeQueue({ atOnce: 1 });
    const [writing, second, third] = [job(), job(), job()];
    const first = ask(queue, {
      run: (turn) => {
        turn.decoded();
        return writing.run(turn);
      },
    });
    const others = [ask(queue, second), ask(queue, third)];
    await settled();
    expect(started([second, third])).toEqual([true, false]);
    await finish(writing);
    await first;
    expect(third.started()).toBe(false);
    await finish(second, third);
    await Promise.all(others);
  });

  test('the decode queue gives a place free after a failure as well', async () => {
    const queue = new DecodeQueue({ atOnce: 1 });
    await expect(ask(queue, { run: () => Promise.reject(new Error('broken')) })).rejects.toThrow('broken');
    expect(await ask(queue, { run: () => Promise.resolve('done') })).toBe('done');
  });

  test('the decode queue runs once for all who give the same key, and again after that', async () => {
    const queue = new DecodeQueue();
    let runs = 0;
    const count = { run: () => Promise.resolve(String((runs += 1))) };
    expect(await Promise.all([1, 2].map(() => ask(queue, count, { photo: 'one' })))).toEqual(['1', '1']);
    expect(await ask(queue, count, { photo: 'one' })).toBe('2');
  });

  test('the decode queue refuses as busy, with the time to wait, a user who finds the queue full; not those who share a run', async () => {
    const queue = new DecodeQueue({ atOnce: 1, waiting: 1, retryAfter: 7 });
    const [first, second] = [job(), job()];
    const running = [ask(queue, first), ask(queue, second, { photo: 'second' })];
    await expect(ask(queue, job())).rejects.toMatchObject({
      code: 'busy',
      headers: { 'Retry-After': '7', RateLimit: '"decodes";r=0;t=7' },
    });
    const shared = ask(queue, job(), { photo: 'second' });
    await finish(first, second);
    await Promise.all(running);
    expect(await shared).toBe('done');
  });
});

describe('users take turns in the decode queue', () => {
  test('one who has 250 decodes waiting delays another by one decode', async () => {
    const queue = new DecodeQueue({ atOnce: 1, waiting: 1000 });
    const flood = Array.from({ length: 250 }, () => job());
    for (const each of flood) void ask(queue, each);
    const [one, two] = [job(), job()];
    void ask(queue, one, { user: 'ben' });
    void ask(queue, two, { user: 'ben' });
    await finish(flood[0]!);
    expect(one.started()).toBe(true);
    await finish(one);
    expect([flood[1]!.started(), two.started()]).toEqual([true, false]);
    await finish(flood[1]!);
    expect(two.started()).toBe(true);
  });

  test('where too many wait, the one with the most of them is refused the newest', async () => {
    const queue = new DecodeQueue({ atOnce: 1, waiting: 4 });
    void ask(queue, job());
    const flood = Array.from({ length: 4 }, () => ask(queue, job()));
    const other = job();
    const outcome = ask(queue, other, { user: 'ben' });
    await expect(flood[3]).rejects.toMatchObject({ code: 'busy' });
    expect(queue.waiting()).toBe(4);
    other.resolve('done');
    void outcome;
    await expect(ask(queue, job())).rejects.toMatchObject({ code: 'busy' });
  });

  test('a decode that no client waits for any more leaves, and one that another still waits for stays', async () => {
    const queue = new DecodeQueue({ atOnce: 1 });
    const first = job();
    void ask(queue, first);
    const [left, kept] = [job(), job()];
    const client = new AbortController();
    const gone = ask(queue, left, { signal: client.signal });
    const shared = [ask(queue, kept, { photo: 'kept', signal: client.signal }), ask(queue, kept, { photo: 'kept' })];
    client.abort();
    await expect(gone).rejects.toMatchObject({ code: 'busy' });
    expect(queue.waiting()).toBe(1);
    await finish(first, kept);
    expect(left.started()).toBe(false);
    expect(await shared[1]).toBe('done');
  });

  test('decodes of one photo follow each other and do not run side by side', async () => {
    const queue = new DecodeQueue({ atOnce: 2 });
    const jobs = [job(), job(), job(), job()] as const;
    void ask(queue, jobs[0], { photo: 'one', key: 'one/webp' });
    void ask(queue, jobs[1], { photo: 'one', key: 'one/avif' });
    void ask(queue, jobs[2]);
    void ask(queue, jobs[3]);
    await settled();
    expect(started(jobs)).toEqual([true, false, true, false]);
    await finish(jobs[2]);
    expect(started(jobs)).toEqual([true, false, true, true]);
    await finish(jobs[0]);
    expect(jobs[1].started()).toBe(true);
    await finish(...jobs);
  });
});

describe('bytes in the decode queue', () => {
  const ROOM: Partial<DecodeQueueOptions> = { atOnce: 2, lightBytes: 20, heavyBytes: 80 };

  test('the bytes of heavy decodes are bounded: one runs at a time, and light ones pass', async () => {
    const queue = new DecodeQueue(ROOM);
    const heavy = [job(80), job(80), job(30)] as const;
    const light = [job(20), job(20)] as const;
    for (const each of [...heavy, ...light]) void ask(queue, each);
    await settled();
    // The second is told to wait once it has said what it holds, and runs again later.
    expect(started([...heavy, ...light])).toEqual([true, true, true, true, false]);
    await finish(light[0]);
    expect(light[1].started()).toBe(true);
    expect(heavy.map((each) => each.starts())).toEqual([1, 1, 1]);
    await finish(heavy[0]);
    expect(heavy.map((each) => each.starts())).toEqual([1, 2, 1]);
    await finish(heavy[1], heavy[2], light[1]);
    expect(queue.depth()).toBe(0);
  });

  test('a decode beyond the whole budget of bytes runs alone', async () => {
    const queue = new DecodeQueue(ROOM);
    const [before, huge, after] = [job(10), job(500), job(10)];
    for (const each of [before, huge, after]) void ask(queue, each);
    await settled();
    expect([huge.starts(), after.starts()]).toEqual([1, 0]);
    await finish(before);
    expect([huge.starts(), after.starts()]).toEqual([2, 0]);
    await finish(huge);
    expect(after.starts()).toBe(1);
    await finish(after);
    expect(queue.depth()).toBe(0);
  });

  test('another user’s heavy decodes never delay a light one', async () => {
    const queue = new DecodeQueue({ ...ROOM, atOnce: 3 });
    const heavy = Array.from({ length: 10 }, () => job(60));
    for (const each of heavy) void ask(queue, each);
    const light = job(20);
    void ask(queue, light, { user: 'ben' });
    await settled();
    expect(light.started()).toBe(true);
    await finish(light);
    for (const each of heavy) await finish(each);
    expect(queue.depth()).toBe(0);
  });
});
