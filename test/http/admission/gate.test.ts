import { expect, test } from 'vitest';
import { manualClock } from '../../../src/runtime/clock.ts';
import type { AppError } from '../../../src/runtime/errors.ts';
import { createGate, type Gate, type GateOptions } from '../../../src/http/admission/gate.ts';

/** Two at once; each piece of work takes 100 ms, so that one ends every 50 ms. */
const OPTIONS = { name: 'pages', atOnce: 2, patienceMs: 200 };
const WORK_MS = 100;

/** A gate on a clock that stands, whose work ends in the order of arrival, two pieces every 100 ms. */
function start(options: Partial<GateOptions> = {}) {
  const clock = manualClock(0);
  const gate = createGate(clock, { ...OPTIONS, ...options });
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  let count = 0;
  const ask = (by?: string) => {
    const number = count++;
    const work = () => {
      begun.push(number);
      return new Promise<number>((resolve) => ends.push(() => resolve(number)));
    };
    return gate.run(work, by);
  };
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= WORK_MS) {
      clock.advance(WORK_MS);
      for (const end of ends.splice(0)) end();
      await settled();
    }
  };
  return { clock, gate, begun, ask, pass };
}

/** The same after much work: from then on it knows how long work takes, and its queue has not been empty for a moment. */
async function startLoaded(waiting: number) {
  const world = start();
  for (let round = 0; round < 60; round++) {
    const first = [world.ask(), world.ask()];
    await world.pass(WORK_MS);
    await Promise.all(first);
  }
  const answers = Array.from({ length: 2 + waiting }, () => world.ask());
  return { ...world, answers };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function refusalOf(gate: Gate, by?: string): AppError | undefined {
  try {
    gate.check(by);
    return undefined;
  } catch (error) {
    return error as AppError;
  }
}

test('work beyond what is done at once begins in the order of arrival', async () => {
  const { ask, begun, pass, gate } = start();
  const answers = Array.from({ length: 4 }, () => ask());
  await settled();
  expect(begun).toEqual([0, 1]);
  expect([gate.inWork(), gate.waiting()]).toEqual([2, 2]);
  await pass(2 * WORK_MS);
  expect(await Promise.all(answers)).toEqual([0, 1, 2, 3]);
  expect(begun).toEqual([0, 1, 2, 3]);
  expect([gate.inWork(), gate.waiting()]).toEqual([0, 0]);
});

test('the first work after a start is slow, and a burst that comes with it is not refused', async () => {
  const { gate, ask, pass, clock } = start();
  const burst = Array.from({ length: 12 }, () => ask());
  clock.advance(50);
  await pass(WORK_MS);
  expect(refusalOf(gate)).toBeUndefined();
  await pass(5 * WORK_MS);
  expect(await Promise.all(burst)).toHaveLength(12);
});

test('work that fails gives its turn to the next', async () => {
  const { gate, ask, pass, begun } = start();
  const failing = [0, 1].map(() => gate.run(() => Promise.reject(new Error('failed'))));
  const next = [ask(), ask()];
  for (const failed of await Promise.allSettled(failing)) expect(failed.status).toBe('rejected');
  await settled();
  expect(begun).toEqual([0, 1]);
  await pass(WORK_MS);
  expect(await Promise.all(next)).toEqual([0, 1]);
});

test('a burst may wait twice as long as a newcomer may while work has been waiting for a while', async () => {
  // The eighth would wait for 400 ms: one ends every 50 ms.
  const { gate, ask, clock, answers, pass } = await startLoaded(7);
  answers.push(ask());
  await expect(ask()).rejects.toMatchObject({ code: 'overloaded' });
  await pass(WORK_MS * 2);
  // Four wait, of whom the first came 200 ms ago, and none may wait longer.
  expect(gate.waiting()).toBe(4);
  clock.advance(100);
  expect(refusalOf(gate)?.code).toBe('overloaded');
  await pass(WORK_MS * 3);
  expect(await Promise.all(answers)).toHaveLength(10);
  expect(refusalOf(gate)).toBeUndefined();
});

test('a newcomer is refused while the work ahead does not end, however fast it was before', async () => {
  const { gate, clock } = await startLoaded(2);
  expect(refusalOf(gate)).toBeUndefined();
  clock.advance(1_000);
  expect(refusalOf(gate)?.code).toBe('overloaded');
});

test('behind fewer than are served at once a newcomer may wait four times as long', async () => {
  const { gate, ask, clock } = start();
  for (let asked = 0; asked < 3; asked++) void ask();
  clock.advance(4 * OPTIONS.patienceMs);
  expect(refusalOf(gate)).toBeUndefined();
  clock.advance(1);
  expect(refusalOf(gate)?.code).toBe('overloaded');
});

test('one caller fills half of the queue, and another one still finds room', async () => {
  const { gate, ask } = await startLoaded(0);
  for (let asked = 0; asked < 4; asked++) void ask('ana');
  expect(refusalOf(gate, 'ana')).toBeUndefined();
  void ask('ana');
  expect(refusalOf(gate, 'ana')?.code).toBe('overloaded');
  expect(refusalOf(gate, 'ben')).toBeUndefined();
});

test('those who are refused are told to come back one after the other, at the pace at which they can be served', async () => {
  const { gate, pass, answers } = await startLoaded(8);
  const told = Array.from({ length: 40 }, () => Number(refusalOf(gate)?.headers['Retry-After']));
  // The first could be served after 450 ms, the fortieth 2 s later.
  expect(told[0]).toBe(1);
  expect(told.at(-1)).toBe(3);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  await pass(1000 * (told[0] ?? NaN));
  await Promise.all(answers);
  expect(refusalOf(gate)).toBeUndefined();
});

test('no refusal asks for more than half a minute', async () => {
  const { gate } = await startLoaded(8);
  const told = Array.from({ length: 2_000 }, () => Number(refusalOf(gate)?.headers['Retry-After']));
  expect(Math.max(...told)).toBe(30);
});

test('requests whose bodies are still to come count for two seconds, and not while a client is slow', async () => {
  const { gate, clock, answers, pass } = await startLoaded(0);
  const slow = Array.from({ length: 10 }, () => gate.admit());
  expect(refusalOf(gate)?.code).toBe('overloaded');
  clock.advance(2_000);
  expect(refusalOf(gate)).toBeUndefined();
  slow.push(...Array.from({ length: 10 }, () => gate.admit()));
  expect(refusalOf(gate)?.code).toBe('overloaded');
  for (const request of slow) request[Symbol.dispose]();
  expect(refusalOf(gate)).toBeUndefined();
  await pass(WORK_MS);
  await Promise.all(answers);
});

test('while other work waits, one piece at a time begins, and all turns are taken again afterwards', async () => {
  let othersWait = true;
  const { ask, begun, pass } = start({ besideOthers: { atOnce: 1, othersWait: () => othersWait } });
  const answers = Array.from({ length: 5 }, () => ask());
  expect(begun).toEqual([0]);
  await pass(WORK_MS);
  expect(begun).toEqual([0, 1]);
  othersWait = false;
  await pass(WORK_MS);
  expect(begun).toEqual([0, 1, 2, 3]);
  await pass(2 * WORK_MS);
  expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4]);
});
