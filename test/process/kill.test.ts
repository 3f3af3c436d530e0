import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startProgram, type Running } from './support.ts';

const ROUNDS = 5;
const AT_ONCE = 4;

let dataDir: string;
beforeAll(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-kill-'))));
afterAll(() => rm(dataDir, { recursive: true }));

/** What was answered 201: id → digest. */
const acknowledged = new Map<string, string>();
/** Every picture that was ever sent. */
const sent = new Set<string>();

/** Uploads one picture after the other until the program is gone. */
async function uploadUntilDeath(ana: TestUser): Promise<void> {
  for (;;) {
    const bytes = await picture({ width: 200, height: 150, bytes: 400_000 });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    sent.add(sha256);
    try {
      const { status, body } = await ana.upload(bytes);
      if (status === 201) acknowledged.set(body.photo.id as string, sha256);
    } catch {
      return;
    }
  }
}

interface Shown {
  id: string;
  sha256: string;
  original: { url: string };
}

async function everything(ana: TestUser): Promise<Shown[]> {
  const photos: Shown[] = [];
  for (let path: string | null = '/v1/timeline?limit=200'; path;) {
    const { body } = (await ana.get(path).expect(200)) as { body: { items: Shown[]; next: string | null } };
    photos.push(...body.items);
    path = body.next && `/v1/timeline?limit=200&cursor=${body.next}`;
  }
  return photos;
}

describe('kill -9 during uploads', () => {
  test(`after ${ROUNDS} of them every acknowledged photo is there, byte for byte, and nothing half-written shows`, async () => {
    let program: Running = await startProgram(dataDir);
    for (let round = 0; round < ROUNDS; round++) {
      const ana = await signUp(program.url, 'ana');
      const uploads = Array.from({ length: AT_ONCE }, () => uploadUntilDeath(ana));
      const enough = acknowledged.size + 3 + Math.floor(Math.random() * 10);
      while (acknowledged.size < enough) await new Promise((resolve) => setImmediate(resolve));
      await program.kill();
      await Promise.all(uploads);
      program = await startProgram(dataDir);
    }

    const ana = await signUp(program.url, 'ana');
    const photos = await everything(ana);
    const shown = new Map(photos.map(({ id, sha256 }) => [id, sha256]));
    for (const [id, sha256] of acknowledged) expect(shown.get(id)).toBe(sha256);
    expect(shown.size).toBe(photos.length);
    // What shows beyond the acknowledged was committed just before a kill: whole, and one of those sent.
    for (const { sha256, original } of photos) {
      expect(sent).toContain(sha256);
      const { body } = await request(program.url).get(original.url).responseType('blob').expect(200);
      expect(
        createHash('sha256')
          .update(body as Buffer)
          .digest('hex'),
      ).toBe(sha256);
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 3);
    await program.stop('SIGTERM');
  }, 120_000);
});
