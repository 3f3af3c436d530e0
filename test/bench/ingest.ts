import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { signUp, type TestUser } from '../support/test-user.ts';
import { alternate, median } from './alternate.ts';
import { startBareSharp } from './bare-sharp.ts';
import { cameraPhoto, numbered } from './camera-photo.ts';
import { cpuTime } from './cpu-time.ts';
import type { Figure } from './figure.ts';
import { startTimeline } from './photo-library.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload, type Upload } from './upload.ts';

const PHOTOS = 60;
const UPLOADS_AT_ONCE = 4;
/** A shared machine differs from one to the next by a tenth, and a program that has just started still compiles. */
const ROUNDS = 8;

interface Case {
  name: string;
  /** Long sides, the largest first. */
  sides: readonly [medium: number, small: number, thumb: number];
  /** Targets for the rate and the CPU time, as ratios to those of sharp alone. */
  aims: { rate: number; cpu: number };
}

const CASES: Case[] = [
  { name: 'ingest', sides: [1280, 640, 256], aims: { rate: 0.75, cpu: 1.6 } },
  { name: 'ingest-2048', sides: [2048, 1080, 256], aims: { rate: 0.85, cpu: 1.25 } },
];

/**
 * From the first byte of many uploads to the moment when the last photo is ready, against sharp alone; with our sizes,
 * and with those that other services make.
 */
export async function measureIngest(scope: AsyncDisposableStack): Promise<Figure[]> {
  const jpeg = await cameraPhoto();
  const file = join(await temporaryFolder(scope), 'photo.jpg');
  await writeFile(file, jpeg);
  const figures: Figure[] = [];
  for (const one of CASES) figures.push(...(await measureCase(one, file, jpeg)));
  return figures;
}

async function measureCase({ name, sides, aims }: Case, file: string, jpeg: Buffer): Promise<Figure[]> {
  await using scope = new AsyncDisposableStack();
  const bare = await startBareSharp(file, sides);
  scope.defer(() => bare.stop());
  const program = await startTimeline(scope, { env: withSizes(sides) });
  const user = await signUp(program.url, 'ana');
  const agent = new Agent({ keepAlive: true, maxSockets: UPLOADS_AT_ONCE });
  scope.defer(() => agent.destroy());

  const target = { url: program.url, token: user.token, agent };
  const numbers = Array(100 * PHOTOS).keys();
  const ourCpu = cpuMeter(program.process.pid);
  const theirCpu = cpuMeter(bare.pid);
  const { ours, theirs } = await alternate(ROUNDS, {
    ours: () => ourCpu.during(() => ingest(user, target, () => numbered(jpeg, Number(numbers.next().value)))),
    theirs: () => theirCpu.during(() => bare.run(PHOTOS)),
  });
  const what = `${PHOTOS} photos of 12 MP and ${(jpeg.length / 1e6).toFixed(1)} MB made into ${sides.join(', ')}, ${UPLOADS_AT_ONCE} uploads at once, until the last is ready`;
  const reference = 'bare sharp, same variants, two at once';
  return [
    {
      name,
      what,
      value: ours,
      unit: 'photos/s',
      reference: { what: reference, value: theirs },
      aim: { is: 'at least', ratio: aims.rate },
    },
    {
      name: `${name}-cpu`,
      what: 'CPU time of the program with its local cloud for one of these photos',
      value: ourCpu.perPhoto(),
      unit: 'ms',
      reference: { what: reference, value: theirCpu.perPhoto() },
      aim: { is: 'at most', ratio: aims.cpu },
    },
  ];
}

/** The environment that makes the program another one in this respect alone. */
const withSizes = ([medium, small, thumb]: Case['sides']) => ({
  NODE_OPTIONS: `--import=${new URL('with-sizes.ts', import.meta.url).href}`,
  BENCH_SIZES: JSON.stringify({ medium, small, thumb }),
});

/** Adds up what a process uses while it works. */
function cpuMeter(pid: number | undefined) {
  const perPhoto: number[] = [];
  return {
    async during<T>(work: () => Promise<T>): Promise<T> {
      const before = await cpuTime(pid);
      const result = await work();
      perPhoto.push((((await cpuTime(pid)) - before) / PHOTOS) * 1000);
      return result;
    },
    /** The median in milliseconds; the first round warms up. */
    perPhoto: () => median(perPhoto.slice(1)),
  };
}

/** Photos a second. */
async function ingest(user: TestUser, target: Upload, nextPhoto: () => Buffer[]): Promise<number> {
  const before = await sequenceOf(user);
  const left = Array(PHOTOS).keys();
  const send = async () => {
    for (const _ of left) await upload(target, nextPhoto());
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, send));
  await allReady(user, before);
  return (PHOTOS / (performance.now() - started)) * 1000;
}

/**
 * Each photo changes the timeline twice, when it is posted and when it is ready; so one number tells of all. Each answer
 * takes CPU that is measured, so the more photos are left, the longer the pause before the next question.
 */
async function allReady(user: TestUser, before: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  const countLeft = async () => before + 2 * PHOTOS - (await sequenceOf(user));
  for (let left = await countLeft(); left > 0; left = await countLeft()) {
    if (Date.now() > deadline) throw new Error('The variants were not made within a minute.');
    await pause(20 * left);
  }
}

async function sequenceOf(user: TestUser): Promise<number> {
  const { body } = (await user.get('/v1/timeline?limit=1').expect(200)) as { body: { sequence: number } };
  return body.sequence;
}
