import { createHash } from 'node:crypto';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { cuttingLine } from './cutting-line.ts';
import { ask, put, QUANTUM, sha256, type Opened } from './phone.ts';

const world = await startWorld();
const PHOTOS = 8;
const SIZE = 3 * QUANTUM + 1000;

/** Tries until an answer comes back, whatever has been carried out meanwhile. */
async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 200) throw error;
    }
  }
}

async function json(url: string, ana: TestUser, key: string, body: unknown): Promise<unknown> {
  const headers = {
    Authorization: `Bearer ${ana.token}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': key,
    Connection: 'close',
  };
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer: unknown = await reply.json();
  if (!reply.ok) throw new Error(JSON.stringify(answer));
  return answer;
}

/** By the front door: the same request with the same key until its answer arrives. */
async function uploadWhole(url: string, ana: TestUser, bytes: Buffer): Promise<void> {
  const headers = { Authorization: `Bearer ${ana.token}`, 'Idempotency-Key': sha256(bytes), Connection: 'close' };
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(bytes)]), 'photo.jpg');
  const status = await insist(async () => {
    const reply = await fetch(`${url}/v1/photos`, { method: 'POST', headers, body: form });
    await reply.json();
    return reply.status;
  });
  expect(status).toBe(201);
}

/** By a session, which loses at most the chunk under way. */
async function uploadInChunks(url: string, ana: TestUser, bytes: Buffer): Promise<void> {
  const key = sha256(bytes);
  const wanted = { bytes: bytes.length, type: 'image/jpeg', sha256: key };
  const { id, sessionUrl } = (await insist(() => json(`${url}/v1/uploads`, ana, `open ${key}`, wanted))) as Opened;
  const { pathname, search } = new URL(sessionUrl);
  const session = `${url}${pathname}${search}`;
  await insist(async () => {
    let { status, kept } = await ask(session, bytes.length);
    while (status === 308) {
      const end = Math.min(kept + QUANTUM, bytes.length);
      ({ status, kept } = await put(session, bytes.subarray(kept, end), `bytes ${kept}-${end - 1}/${bytes.length}`));
    }
    expect(status).toBe(200);
  });
  const items = [{ upload: id }];
  const reply = await insist(() => json(`${url}/v1/photos/batch`, ana, `finish ${key}`, { items }));
  expect(reply).toMatchObject({ results: [{ status: 'created' }] });
}

describe('over a line that is cut at random', () => {
  test.each([
    ['the front door', uploadWhole, 2 * SIZE],
    ['upload sessions', uploadInChunks, 2 * QUANTUM],
  ])('a phone brings each photo in exactly once by %s', async (_, upload, farthest) => {
    const ana = await world.user();
    const before = await world.objects();
    const line = await cuttingLine(world.url, { farthest, seed: 20_261_121 });
    const files = await Promise.all(
      Array.from({ length: PHOTOS }, () => picture({ width: 64, height: 48, bytes: SIZE })),
    );

    for (const bytes of files) await upload(line.url, ana, bytes);

    expect(line.cuts()).toBeGreaterThan(PHOTOS / 2);
    const { items } = await ana.read('/v1/timeline', TimelinePage);
    expect(items.map((photo) => photo.sha256).sort()).toEqual(files.map(sha256).sort());
    for (const photo of items) {
      const { body } = await request(world.url).get(photo.original.url).responseType('blob').expect(200);
      expect(
        createHash('sha256')
          .update(body as Buffer)
          .digest('hex'),
      ).toBe(photo.sha256);
    }
    // A request whose client is gone may still be removing its own object.
    await expect.poll(world.objects).toHaveLength(before.length + PHOTOS);
  });
});
