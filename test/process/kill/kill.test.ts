import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signUp, type TestUser } from '../../support/test-user.ts';
import { killWhileStarting, startProgram } from '../support.ts';
import { inspectAtRest } from './at-rest.ts';
import { Audit, listed } from './audit.ts';
import { auditPosts, countUntilDeath, CoursePromises, postUntilDeath, readCounters } from './course.ts';
import { rummageUntilDeath, uploadUntilDeath } from './phone.ts';
import { photoFiles } from './photo-files.ts';
import { Promises } from './promises.ts';
import { randomnessOf } from './randomness.ts';

// For a long run: KILL_ROUNDS=200 [KILL_SEED=…] npm test -- test/process/kill
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 5);
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 2 ** 31);
/** A long run also waits for the tasks that are due a minute after they were created. */
const IS_LONG = ROUNDS >= 20;
const UPLOADERS = 3;
/** Most starts take less than this, in milliseconds: kills while starting are spread over it. */
const LONGEST_START = 1_200;
/** By then every task has run, in milliseconds. */
const PATIENCE = 240_000;

const random = randomnessOf(SEED);
const audit = new Audit();
const promises = new Promises();
const course = new CoursePromises();
const counted = { seed: SEED, killsAtWork: 0, killsWhileStarting: 0 };
let dataDir: string;
beforeAll(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-kill-'))));
afterAll(() => rm(dataDir, { recursive: true }));

describe('kill -9 at random moments', () => {
  const name = `after ${ROUNDS} of them nothing acknowledged is lost or doubled, and every task has run`;
  test(name, { timeout: PATIENCE + ROUNDS * 20_000 }, async () => {
    console.log(`${ROUNDS} rounds with KILL_SEED=${SEED}`);
    const nextFile = await photoFiles(random);
    while (counted.killsAtWork < ROUNDS) {
      if (random.whole(1, 4) === 1) {
        await killWhileStarting(dataDir, random.whole(0, LONGEST_START));
        counted.killsWhileStarting++;
      }
      const { url, ana, program } = await startAndAudit();
      const work = workOn(url, ana, nextFile, random.whole(1, 12));
      await work.half;
      await pause(random.whole(0, 150));
      await program.kill();
      await work.ended;
      counted.killsAtWork++;
    }

    const { url, ana, program } = await startAndAudit();
    await expect.poll(() => pending(ana), { timeout: PATIENCE, interval: 500 }).toBe(0);
    await tasksHaveRun(url);
    expect(await program.stop('SIGTERM')).toBe(0);
    const atRest = await inspectAtRest(dataDir, 'ana');
    console.log({ ...counted, ...promises.tally, ...course.tally(), originalsReadBack: audit.photosRead, ...atRest });
    expect(promises.tally.uploads).toBeGreaterThan(0);
  });
});

async function startAndAudit() {
  const program = await startProgram(dataDir);
  const ana = await signUp(program.url, 'ana');
  await audit.run(ana, promises);
  await auditPosts(program.url, course);
  return { program, url: program.url, ana };
}

/** Everything at once until the program is gone. `half` resolves after so many answers. */
function workOn(url: string, user: TestUser, nextFile: Awaited<ReturnType<typeof photoFiles>>, answers: number) {
  const half = Promise.withResolvers<void>();
  let left = answers;
  const answered = () => void (--left === 0 && half.resolve());
  const phone = { user, promises, random, nextFile, answered };
  const ended = Promise.all([
    ...Array.from({ length: UPLOADERS }, () => uploadUntilDeath(phone)),
    rummageUntilDeath(phone),
    postUntilDeath({ url, promises: course, nextFile, answered }),
    countUntilDeath({ url, promises: course, nextFile, answered }),
  ]);
  return { half: Promise.race([half.promise, ended]), ended };
}

/** How many photos still wait for their variants. */
async function pending(user: TestUser): Promise<number> {
  const photos = [...(await listed(user, '/v1/timeline?limit=200')), ...(await listed(user, '/v1/trash?limit=200'))];
  return photos.filter(({ state }) => state === 'pending').length;
}

/** Each arranged increment comes as three deferred ones, of which one is due a minute later, and one by a plain task. */
async function tasksHaveRun(url: string): Promise<void> {
  const { increments, doubtfulIncrements } = course;
  const read = (name: 'taskQueue' | 'deferred') => async () => (await readCounters(url))[name];
  const patiently = { timeout: PATIENCE, interval: 500 };
  await expect.poll(read('taskQueue'), patiently).toBeGreaterThanOrEqual(increments);
  await expect.poll(read('deferred'), patiently).toBeGreaterThanOrEqual((IS_LONG ? 3 : 2) * increments);
  const { taskQueue, deferred } = await readCounters(url);
  expect(taskQueue).toBeLessThanOrEqual(increments + doubtfulIncrements);
  expect(deferred).toBeLessThanOrEqual(3 * (increments + doubtfulIncrements));
}
