import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { median } from '../bench/alternate.ts';
import { cameraPhoto, numbered } from '../bench/camera-photo.ts';
import { startTimeline } from '../bench/photo-library.ts';
import { upload } from '../bench/upload.ts';
import { picture } from '../support/picture.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { residentMemory, type Resident } from './resident-memory.ts';

/** Users with a library of their own, and the photos that each keeps. */
const [USERS, PHOTOS] = [8, 180];

/** Milliseconds from the start of one round of requests to the start of the next one. */
const ROUND_MS = 500;

/** One round in so many uploads 12 megapixels instead of a small picture, and one in so many uploads eight of them at once. */
const [LARGE_EVERY, BURST_EVERY] = [4, 120];
const BURST = 8;

const MINUTE = 60_000;

/**
 * `npm run soak [-- minutes]`: runs the program as `npm start` does, under a steady load, and prints its memory for each
 * minute. Each library grows to a bound: then its oldest photos are erased for good. The last third of the time is held
 * against the second.
 */
async function soak(minutes: number): Promise<void> {
  await using scope = new AsyncDisposableStack();
  const { url, process: program } = await startTimeline(scope);
  const agent = new Agent({ keepAlive: true });
  scope.defer(() => agent.destroy());
  const large = await cameraPhoto();
  const users = await Promise.all(Array.from({ length: USERS }, (_, number) => signUp(url, `user-${number}`)));
  const started = performance.now();
  const samples: Resident[][] = Array.from({ length: minutes }, () => []);
  for (let round = 0, minute = 0; minute < minutes; round++) {
    const user = users[round % USERS]!;
    const photos = await photosOf(round, large);
    await Promise.all(photos.map((photo) => upload({ url, token: user.token, agent }, photo)));
    await useLibrary(url, user);
    samples[minute]!.push(await residentMemory(program.pid ?? 0));
    await pause(Math.max(0, started + (round + 1) * ROUND_MS - performance.now()));
    const now = Math.floor((performance.now() - started) / MINUTE);
    if (now > minute) print(minute, samples[minute]!);
    minute = now;
  }
  printGrowth(samples.filter((minute) => minute.length > 0));
}

/** What a round uploads, each photo in parts. */
async function photosOf(round: number, large: Buffer): Promise<Buffer[][]> {
  if (round % BURST_EVERY === 0) return Array.from({ length: BURST }, (_, at) => numbered(large, BURST * round + at));
  if (round % LARGE_EVERY === 0) return [numbered(large, BURST * round)];
  return [[await picture({ width: 800, height: 600 })]];
}

/** Looks at pages and pictures, edits a photo, and erases what is too much. */
async function useLibrary(url: string, user: TestUser): Promise<void> {
  const { items } = await user.read('/v1/timeline?order=posted&limit=200', TimelinePage);
  const newest = items.slice(0, 8);
  await Promise.all(newest.map(({ variants }) => request(url).get(variants.thumb.url).expect(200)));
  await user
    .patch(`/v1/photos/${newest[0]!.id}`)
    .send({ caption: `Changed at ${Date.now()}` })
    .expect(200);
  await user.get('/v1/timeline/days').expect(200);
  if (items.length < PHOTOS) return;
  const ids = items.slice(-20).map(({ id }) => id);
  await user.post('/v1/photos/batch/trash').send({ ids }).expect(200);
  await user.delete('/v1/trash').expect(204);
}

function print(minute: number, resident: Resident[]): void {
  const [own, mapped] = [medianOf(resident, 'own'), medianOf(resident, 'mappedFiles')];
  console.log(
    `minute ${String(minute + 1).padStart(3)} | ${own.toFixed(0)} MiB | mapped files ${mapped.toFixed(0)} MiB`,
  );
}

/** The first third is warm-up. */
function printGrowth(minutes: Resident[][]): void {
  const third = Math.floor(minutes.length / 3);
  const middle = medianOf(minutes.slice(third, 2 * third).flat(), 'own');
  const last = medianOf(minutes.slice(2 * third).flat(), 'own');
  const growth = `${((last / middle - 1) * 100).toFixed(1)} %`;
  console.log(`${last.toFixed(0)} MiB in the last third, ${middle.toFixed(0)} MiB in the second: growth ${growth}`);
}

function medianOf(resident: Resident[], kind: keyof Resident): number {
  return median(resident.map((sample) => sample[kind]));
}

await soak(Number(process.argv[2] ?? 60));
