import { readFileSync } from 'node:fs';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { Photo } from '../../src/features/photos/schemas.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const ana = await world.user();

/** A camera's picture of 4032 x 3024 that says it were of another size (`ispe`, ISO/IEC 23008-12, 6.5.3). */
function claiming(width: number, height: number): Buffer {
  const photo = realPhotos?.find(({ name }) => name === 'IMG_2682.heic');
  const bytes = readFileSync(photo?.path ?? '');
  const at = bytes.indexOf(Buffer.of(0, 0, 0x0f, 0xc0, 0, 0, 0x0b, 0xd0));
  bytes.writeUInt32BE(width, at);
  bytes.writeUInt32BE(height, at + 4);
  return bytes;
}

describe.skipIf(!realPhotos)(`a HEIC that says it were${whyNoRealPhotos}`, () => {
  test('a HEIC that claims more than 500 megapixels is refused before it is decoded', async () => {
    const problem = problemOf(await ana.upload(claiming(25_000, 20_001)).expect(422));
    expect(problem).toMatchObject({ code: 'too-many-pixels', maxPixels: 500_000_000 });
  });

  test('a HEIC that falsely claims 64 megapixels is kept, and says why it is not shown', async () => {
    const bytes = claiming(8000, 8000);
    const { body } = await ana.upload(bytes).expect(201);
    await world.drain();
    const { state, processing, original } = await ana.read(`/v1/photos/${body.photo.id}`, Photo);
    expect({ state, processing }).toMatchObject({
      state: 'failed',
      processing: { attempts: 1, lastError: expect.stringContaining('damaged-image') as string, nextAttemptAt: null },
    });
    const kept = await request(world.url).get(original.url).responseType('blob').expect(200);
    expect(Buffer.compare(bytesOf(kept), bytes)).toBe(0);
  });
});
