import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { picture } from '../support/picture.ts';
import { median } from './alternate.ts';
import { cameraPhoto, numbered } from './camera-photo.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import type { Figure } from './figure.ts';
import { startTimeline } from './photo-library.ts';
import { memoryOf, resetPeak } from './process-memory.ts';
import { upload } from './upload.ts';

const ROUNDS = 3;
const UPLOADS = 64;
const BYTES = 10_000_000;

/** What is sent 64 times, and how far the memory may rise, in mebibytes. */
interface Case {
  name: string;
  what: string;
  limit: number;
  photos(count: number): Promise<Buffer[]>;
}

const CASES: Case[] = [
  {
    name: 'receiving-memory',
    what: 'small pictures in large files, so that decoding, which needs memory by design, hardly counts',
    limit: 256,
    photos: async (count) => Promise.all(Array.from({ length: count }, () => picture())),
  },
  {
    name: 'working-memory',
    what: '12 MP each, until the last has its variants',
    limit: 600,
    async photos(count) {
      const jpeg = await cameraPhoto();
      return Array.from({ length: count }, (_, number) => Buffer.concat(numbered(jpeg, number)));
    },
  },
];

/** How far the memory of the program rises while it receives 64 uploads of 10 MB at once, by the kernel's own mark. */
export async function measureReceivingMemory(scope: AsyncDisposableStack): Promise<Figure[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: UPLOADS });
  scope.defer(() => agent.destroy());
  const figures: Figure[] = [];
  for (const { name, what, limit, photos } of CASES) {
    const rises: number[] = [];
    for (let round = 0; round < ROUNDS; round++) rises.push(await riseWhileReceiving(agent, photos));
    figures.push({
      name,
      what: `${UPLOADS} uploads of ${BYTES / 1e6} MB at once, above the memory at rest; ${what}`,
      value: median(rises),
      unit: 'MiB',
      reference: { what: 'limit', value: limit },
      aim: { is: 'at most', ratio: 1 },
    });
  }
  return figures;
}

/** In mebibytes. Each round has a program of its own, since none gives its memory back at once. */
async function riseWhileReceiving(agent: Agent, makePhotos: Case['photos']): Promise<number> {
  await using scope = new AsyncDisposableStack();
  const { url, process: program } = await startTimeline(scope);
  const user = await signUp(url, 'ana');
  const photos = await makePhotos(UPLOADS + 2);
  const rest = Buffer.alloc(BYTES - Math.min(...photos.map(({ length }) => length)));
  const send = (photo: Buffer) =>
    upload({ url, token: user.token, agent }, [photo, rest.subarray(0, BYTES - photo.length)]);

  // Two uploads before load what receiving and decoding need.
  for (const photo of photos.splice(0, 2)) await send(photo);
  await allReady(user);
  const idle = await memoryOf(program.pid, 'VmRSS');
  await resetPeak(program.pid);
  await Promise.all(photos.map(send));
  await allReady(user);
  return (await memoryOf(program.pid, 'VmHWM')) - idle;
}

/** Waits until no photo is without its variants. */
async function allReady(user: TestUser): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { body } = (await user.get('/v1/timeline?limit=200').expect(200)) as { body: { items: { state: string }[] } };
    if (body.items.every(({ state }) => state === 'ready')) return;
    if (Date.now() > deadline) throw new Error('The variants were not made within a minute.');
    await pause(100);
  }
}
