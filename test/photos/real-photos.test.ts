import { readFileSync } from 'node:fs';
import request from 'supertest';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { factsIn, realPhotos, whyNoRealPhotos, type RealPhoto } from '../support/real-photos.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const ana = await world.user();

const photos = realPhotos ?? [];

/** Why the files are refused that must be. */
const REFUSALS: Record<string, string> = {
  'JXL2.jxl': 'unsupported-image',
  'bomb-30000x30000.png': 'too-many-pixels',
  'bomb-header-65500.jpg': 'too-many-pixels',
  'corrupt-header.jpg': 'damaged-image',
  'cut-head.jpg': 'damaged-image',
  'decompression_bomb.gif': 'damaged-image',
  'document.jpg': 'unsupported-image',
  'empty.jpg': 'file-empty',
  'script.svg': 'unsupported-image',
  'text.jpg': 'unsupported-image',
  'truncated.jpg': 'damaged-image',
};

const upload = ({ name, path }: RealPhoto) =>
  ana.upload(readFileSync(path), { fileName: name, query: '?duplicates=allow' });

/** Also what a service may refuse but had better take. A TIFF needs a preview for that. */
const isShown = ({ truth }: RealPhoto) =>
  truth.expect === 'accept' || (truth.prefer === 'accept' && truth.mime !== 'image/tiff');

describe.skipIf(!realPhotos)(`real files${whyNoRealPhotos}`, () => {
  test.each(photos.filter(isShown))('$name is accepted, and says what is true of it', async (photo) => {
    const { truth } = photo;
    const { body } = await upload(photo).expect(201);
    const { frames: _frames, ...facts } = factsIn(truth);
    const { mime: type, bytes, sha256 } = truth;
    expect(body.photo).toMatchObject({ ...facts, type, bytes, sha256, fileName: photo.name.normalize('NFC') });

    const thumb = await request(world.url).get(body.photo.variants.thumb.url).responseType('blob').expect(200);
    const { width, height, space } = await sharp(bytesOf(thumb)).metadata();
    const { thumb: announced } = body.photo.variants;
    expect({ width, height, space }).toEqual({ width: announced.width, height: announced.height, space: 'srgb' });
  });

  test.each(photos.filter(({ truth }) => truth.expect === 'reject'))(
    '$name is refused: $truth.reason',
    async (photo) => {
      const problem = problemOf(await upload(photo));
      expect(problem.status).toBeLessThan(500);
      expect(problem.code).toBe(REFUSALS[photo.name]);
    },
  );

  test.each(photos.filter((photo) => photo.truth.expect === 'either' && !isShown(photo)))(
    '$name is either taken whole or refused clearly',
    async (photo) => {
      const { status, body } = await upload(photo);
      expect([201, 415, 422]).toContain(status);
      if (status !== 201) return;
      await world.drain();
      const read = await ana.get(`/v1/photos/${body.photo.id}`).expect(200);
      expect(read.body.state === 'ready' || read.body.processing.lastError).toBeTruthy();
      const thumb = await request(world.url).get(read.body.variants.thumb.url);
      expect(thumb.status).toBeLessThan(500);
    },
  );
});
