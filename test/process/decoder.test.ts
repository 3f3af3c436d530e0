import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { expect, onTestFinished, test } from 'vitest';
import { QUEUES } from '../../src/background/table.ts';
import { Photo } from '../../src/features/photos/schemas.ts';
import { chaosWith } from '../support/chaos.ts';
import { heic } from '../support/heic.ts';
import { blackPng } from '../support/png.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld, type World } from '../support/world.ts';
import { startProgram, type Running } from './support.ts';

const LOST_DECODER = new URL('lost-decoder.ts', import.meta.url).href;

const READY = { state: 'ready', processing: { lastError: null, nextAttemptAt: null } };

async function dataFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-decoder-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  return dataDir;
}

/** A program that ends with its test at the latest, also where it was stopped. */
async function start(dataDir: string, env: Record<string, string>): Promise<Running> {
  const program = await startProgram(dataDir, env);
  onTestFinished(() => program.kill());
  return program;
}

/** The photo, read again until `holds` is true of it. */
async function photoOnce(user: TestUser, id: string, holds: (photo: Photo) => boolean): Promise<Photo> {
  for (;;) {
    const photo = await user.read(`/v1/photos/${id}`, Photo);
    if (holds(photo)) return photo;
    await pause(20);
  }
}

test('a lost decoder thread is reported as the reason, and the next attempt makes the photo ready', async () => {
  const dataDir = await dataFolder();
  const DIE = join(dataDir, 'die');
  const program = await start(dataDir, { NODE_OPTIONS: `--import ${LOST_DECODER}`, DIE });
  const ana = await signUp(program.url, 'ana');
  for (const [death, reason] of [
    ['exit', /^decoder-lost: /],
    ['memory', /^decode-memory: /],
  ] as const) {
    await writeFile(DIE, death);
    const { body } = await ana.upload(Buffer.concat([heic(), Buffer.from(death)])).expect(201);
    const id = body.photo.id as string;
    const failed = await photoOnce(ana, id, ({ processing }) => processing.attempts === 1);
    expect(failed.state).toBe('pending');
    expect(failed.processing.lastError).toMatch(reason);
    expect(failed.processing.nextAttemptAt).not.toBeNull();
    expect(await photoOnce(ana, id, ({ state }) => state !== 'pending')).toMatchObject(READY);
  }
  await program.stop('SIGTERM');
});

/** Milliseconds that a decode may take in these programs, and how long they are stopped. */
const DECODE_MS = '3000';
const STOPPED_MS = 3300;
const ONCE_READY = { ...READY, processing: { ...READY.processing, attempts: 1 } };

async function wake(program: Running): Promise<void> {
  await pause(STOPPED_MS);
  program.process.kill('SIGCONT');
}

test('a program that is stopped for longer than a HEIC may take fails no attempt', async () => {
  const dataDir = await dataFolder();
  const DIE = join(dataDir, 'die');
  await writeFile(DIE, 'SIGSTOP');
  const program = await start(dataDir, { DECODE_MS, NODE_OPTIONS: `--import ${LOST_DECODER}`, DIE });
  const ana = await signUp(program.url, 'ana');
  const upload = ana.upload(heic()).expect(201);
  const reply = upload.then(({ body }) => body.photo.id as string);
  while (existsSync(DIE)) await pause(10);
  await wake(program);
  const photo = await photoOnce(ana, await reply, ({ processing }) => processing.attempts > 0);
  expect(photo).toMatchObject(ONCE_READY);
  await program.stop('SIGTERM');
});

/** Stops the program while it decodes that photo; false if it was done before that. */
async function stopIn(program: Running, user: TestUser, id: string): Promise<boolean> {
  for (;;) {
    const { text } = await request(program.url).get('/metrics').expect(200);
    if (/decodes_pending [1-9]/.test(text)) return program.process.kill('SIGSTOP');
    const { body } = await user.get(`/v1/photos/${id}`).expect(200);
    if (body.state !== 'pending') return false;
  }
}

test('a program that is stopped for longer than a PNG may take fails no attempt', async () => {
  const program = await start(await dataFolder(), { DECODE_MS });
  const ana = await signUp(program.url, 'ana');
  const png = blackPng({ width: 8000, height: 8000 });
  for (let tail = 0, stopped = false; !stopped; tail += 1) {
    const { body } = await ana.upload(Buffer.concat([png, Buffer.from(String(tail))])).expect(201);
    const id = body.photo.id as string;
    stopped = await stopIn(program, ana, id);
    if (stopped) await wake(program);
    expect(await photoOnce(ana, id, ({ processing }) => processing.attempts > 0)).toMatchObject(ONCE_READY);
  }
  await program.stop('SIGTERM');
});

/** The program itself on the cloud of a world, which kills itself at the next picture. */
async function mortalInstance(world: World): Promise<Running> {
  const dataDir = await dataFolder();
  const DIE = join(dataDir, 'die');
  await writeFile(DIE, 'SIGKILL');
  const { datastore, tasks, storage, keyFile, secret, issuer } = world.cloud.endpoints;
  return start(dataDir, {
    DATASTORE_EMULATOR_HOST: datastore,
    CLOUD_TASKS_EMULATOR_HOST: tasks,
    STORAGE_EMULATOR_HOST: storage,
    GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    LOCAL_CLOUD_SECRET: secret,
    LOCAL_IDENTITY_ISSUER: issuer,
    NODE_OPTIONS: `--import ${LOST_DECODER}`,
    DIE,
  });
}

test('a kill in the last attempt leaves the photo failed with decoder-lost, not damaged', async ({ skip }) => {
  skip(chaosWith('abort', 'cut', 'twice'), 'Left out in chaos: it counts attempts.');
  const world = await startWorld();
  await world.cloud.appIsAt(await secondInstance(world, {}, { DECODE_MS: '1' }));
  const ana = await world.user();
  const { body } = await ana.upload(heic()).expect(201);
  await world.drain();
  const id = body.photo.id as string;
  for (let attempts = 2; attempts < QUEUES.variants.attempts; attempts += 1) await world.advance(120_000);
  const program = await mortalInstance(world);
  const exited = once(program.process, 'exit');
  await world.cloud.appIsAt(program.url);
  await Promise.all([world.advance(120_000), exited]);
  const failed = await photoOnce(ana, id, ({ state }) => state !== 'pending');
  expect(failed).toMatchObject({ state: 'failed', processing: { attempts: QUEUES.variants.attempts } });
  expect(failed.processing.lastError).toMatch(/^decoder-lost: /);
  expect(failed.processing.nextAttemptAt).not.toBeNull();
});
