import { readFileSync } from 'node:fs';
import request from 'supertest';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { realPhotos, type RealPhoto } from '../support/real-photos.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const ana = await world.user();

const photos = realPhotos ?? [];
const because = realPhotos ? '' : ' (skipped: the real photos do not lie beside this checkout)';

const upload = ({ name, path }: RealPhoto) =>
  ana.upload(readFileSync(path), { fileName: name, query: '?duplicates=allow' });

/** HEIC as well: whether a service has a decoder for it is left open by what is true of the file. */
const isShown = ({ truth }: RealPhoto) => truth.expect === 'accept' || truth.mime === 'image/heic';

describe.skipIf(!realPhotos)(`real files${because}`, () => {
  test.each(photos.filter(isShown))('$name is accepted, with its displayed size and capture time', async (photo) => {
    const { truth } = photo;
    const { body } = await upload(photo).expect(201);
    expect(body.photo).toMatchObject({
      type: truth.mime,
      width: truth.display_width,
      height: truth.display_height,
      fileName: photo.name.normalize('NFC'),
    });
    if (truth.capture) expect(body.photo.takenAt.local.slice(0, 19)).toBe(truth.capture.local.slice(0, 19));

    const thumb = await request(world.url).get(body.photo.variants.thumb.url).responseType('blob').expect(200);
    const { width, height, space } = await sharp(thumb.body as Buffer).metadata();
    const { thumb: announced } = body.photo.variants;
    expect({ width, height, space }).toEqual({ width: announced.width, height: announced.height, space: 'srgb' });
  });

  test.each(photos.filter(({ truth }) => truth.expect === 'reject'))(
    '$name is refused: $truth.reason',
    async (photo) => {
      const { status, body } = await upload(photo);
      expect([400, 413, 415, 422]).toContain(status);
      expect(body.code).toMatch(/^[a-z-]+$/);
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
