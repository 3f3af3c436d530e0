import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AuditReply } from '../../../src/features/audit/routes.ts';
import { signUp, type TestUser } from '../../support/test-user.ts';
import { killWhileStarting, startProgram } from '../support.ts';
import { inspectAtRest, noteSteadyClock } from './at-rest.ts';
import { Audit, listed } from './audit.ts';
import { auditPosts, countUntilDeath, CoursePromises, postUntilDeath, readCounters } from './course.ts';
import { looseEndsOf } from './loose-ends.ts';
import { Mailbox } from './mailbox.ts';
import { rummageUntilDeath, uploadUntilDeath } from './phone.ts';
import { photoFiles } from './photo-files.ts';
import { Promises } from './promises.ts';
import { randomnessOf } from './randomness.ts';

// For a long run: KILL_ROUNDS=200 [KILL_SEED=…] npm test -- test/process/kill
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 2);
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 2 ** 31);
const DAY = 24 * 3_600_000;
/** How far each start moves the clocks of the program: five days in all, within the life of an idempotency key. */
const STEP_MS = (5 * DAY) / ROUNDS;
/** Lives after the last kill, by their distance: the mails of the last day, the audit of a Sunday, the last sweep. */
const QUIET_LIVES = { mails: 2 * DAY, audit: 8 * DAY, sweep: DAY / 24 };
const UPLOADERS = 3;
/** Most starts take less than this: kills while starting are spread over it. */
const LONGEST_START_MS = 1_200;
/** By then every task has run. */
const PATIENCE_MS = 600_000;

const random = randomnessOf(SEED);
const audit = new Audit();
const promises = new Promises();
const course = new CoursePromises();
const counted = { seed: SEED, killsAtWork: 0, killsWhileStarting: 0 };
const CLOCK_AHEAD = new URL('../clock-ahead.ts', import.meta.url).href;
let clockAhead = 0;
let dataDir: string;
let mailbox: Mailbox;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-kill-'));
  mailbox = await Mailbox.open();
});
afterAll(async () => {
  await mailbox[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

const name = `${ROUNDS} kills at random times lose and double nothing acknowledged, every task runs, and no mail comes twice`;
describe('kill -9', () => {
  test(name, { timeout: PATIENCE_MS + ROUNDS * 60_000 }, async () => {
    console.log(`${ROUNDS} rounds with KILL_SEED=${SEED}`);
    const nextFile = await photoFiles(random);
    while (counted.killsAtWork < ROUNDS) {
      clockAhead += STEP_MS;
      if (random.whole(1, 4) === 1) {
        await killWhileStarting(dataDir, random.whole(0, LONGEST_START_MS), environment());
        mailbox.noteKill();
        counted.killsWhileStarting++;
      }
      const { url, ana, program } = await startAndAudit();
      if (counted.killsAtWork === 0) await askForMail(ana);
      const work = workOn(url, ana, nextFile, random.whole(1, 12));
      await work.half;
      await pause(random.whole(0, 150));
      await program.kill();
      mailbox.noteKill();
      await work.ended;
      counted.killsAtWork++;
    }

    for (const later of Object.values(QUIET_LIVES)) {
      await liveQuietly(later);
      if (later === QUIET_LIVES.mails) mailbox.mustHaveSummaries(promises.postedAndNeverMoved(programTime() - 3 * DAY));
    }
    const atRest = await inspectAtRest(dataDir, 'ana');
    const tally = { ...counted, ...promises.tally, ...course.tally(), ...mailbox.tally(), ...atRest };
    console.log({ ...tally, originalsReadBack: audit.photosRead });
    expect(promises.tally.uploads).toBeGreaterThan(0);
    expect(tally.letters).toBeGreaterThan(0);
  });
});

const programTime = () => Date.now() + clockAhead;

const environment = () => ({
  NODE_OPTIONS: `--import ${CLOCK_AHEAD}`,
  CLOCK_AHEAD_MS: String(clockAhead),
  SMTP_URL: mailbox.url,
  // The one user here sends more at once than a person does.
  RATE_LIMITS: 'off',
});

async function startAndAudit() {
  const startedAt = performance.now();
  const program = await startProgram(dataDir, environment());
  mailbox.noteStart(performance.now() - startedAt);
  const ana = await signUp(program.url, 'ana');
  await audit.run(ana, promises);
  await auditPosts(program.url, course);
  mailbox.audit();
  return { program, url: program.url, ana };
}

const askForMail = (ana: TestUser) =>
  ana
    .patch('/v1/me')
    .send({ mail: { summary: true, posts: true } })
    .expect(200);

/** Starts the program later, changes nothing, and expects it to do all that is due. */
async function liveQuietly(later: number): Promise<void> {
  clockAhead += later;
  await noteSteadyClock(dataDir, programTime());
  const began = programTime();
  const { program, url, ana } = await startAndAudit();
  const ends = await looseEndsOf(dataDir);
  const patiently = { timeout: PATIENCE_MS, interval: 100 };
  await request(url).get('/tasks/summary').expect(200);
  if (later === QUIET_LIVES.audit)
    await expect.poll(() => audited(ana, began), patiently).toMatchObject({ ok: true, remade: 0 });
  await expect.poll(ends.tasks, patiently).toBe(0);
  if (later === QUIET_LIVES.sweep) {
    await expect.poll(ends.outboxEntries, patiently).toBe(0);
    await expect.poll(ends.orphans, patiently).toBe(0);
  }
  expect(await pending(ana)).toBe(0);
  await tasksHaveRun(url);
  mailbox.audit();
  expect(await program.stop('SIGTERM')).toBe(0);
}

/** The result of an audit that has begun since then, undefined while there is none. */
async function audited(user: TestUser, since: number) {
  const { audit: result } = await user.read('/v1/me/audit', AuditReply);
  return result && Date.parse(result.startedAt) >= since ? result : undefined;
}

/** Sends requests of all kinds until the program is dead. `half` resolves after so many answers. */
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

/** Each increment is ordered three times as a deferred function and once as a plain task; each counts once. */
async function tasksHaveRun(url: string): Promise<void> {
  const { increments, doubtfulIncrements } = course;
  const { taskQueue, deferred } = await readCounters(url);
  const most = increments + doubtfulIncrements;
  expect(taskQueue).toBeGreaterThanOrEqual(increments);
  expect(taskQueue).toBeLessThanOrEqual(most);
  expect(deferred).toBeGreaterThanOrEqual(3 * increments);
  expect(deferred).toBeLessThanOrEqual(3 * most);
}
