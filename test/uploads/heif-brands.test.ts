import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { problemOf } from '../support/replies.ts';
import { hasReportedFiles, reportedFile, whyNoReportedFiles } from '../support/reported-files.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { open, send } from './phone.ts';

const world = await startWorld();

/** The file with other brands in its `ftyp` box: the major one first. The box keeps its length. */
function withBrands(file: Buffer, ...brands: string[]): Buffer {
  const copy = Buffer.from(file);
  const places = (copy.readUInt32BE(0) - 12) / 4;
  for (let place = 0; place < places; place++) {
    copy.write(brands[place] ?? brands[0] ?? '', place === 0 ? 8 : 12 + 4 * place, 'latin1');
  }
  return copy;
}

/** What becomes of a file at the front door and of one that goes straight to the bucket. */
async function bothRoutes(user: TestUser, bytes: Buffer, announced: string): Promise<unknown[]> {
  const posted = await user.upload(bytes, { query: '?duplicates=allow' });
  const { id, sessionUrl } = await open(user, bytes, { type: announced });
  await send(sessionUrl, bytes);
  const batch = await user.post('/v1/photos/batch?duplicates=allow').send({ items: [{ upload: id }] });
  await world.drain();
  const ids = [posted.body.photo?.id, batch.body.results?.[0]?.photo?.id];
  const photos = await Promise.all(ids.map((photo) => user.get(`/v1/photos/${photo}`)));
  return photos.map(({ body }) => ({ type: body.type, state: body.state, width: body.width }));
}

const twice = (told: object) => [told, told];

describe('a picture in the HEIF container', () => {
  test.each([
    [['mif1', 'mif1', 'avif', 'miaf'], 'image/avif'],
    [['miaf', 'mif1', 'miaf', 'avif'], 'image/avif'],
    [['MA1A', 'avif', 'mif1', 'miaf'], 'image/avif'],
    [['avis', 'msf1', 'avis', 'avif'], 'image/avif'],
    [['mif1', 'mif1', 'miaf', 'mif1'], 'image/heif'],
    [['MA1B', 'mif1', 'miaf', 'MA1B'], 'image/hif'],
    [['msf1', 'msf1', 'mif1', 'mif1'], 'image/avif'],
    [['avis', 'avis', 'msf1', 'miaf'], 'image/avif'],
  ])('a file of the brands %j with AV1 inside is an AVIF and gets its variants', async (brands, announced) => {
    const ana = await world.user();
    const bytes = withBrands(await picture({ width: 96, height: 64, format: 'avif' }), ...brands);
    expect(await bothRoutes(ana, bytes, announced)).toEqual(twice({ type: 'image/avif', state: 'ready', width: 96 }));
  });

  test.skipIf(!hasReportedFiles)(`as it was reported gets its variants${whyNoReportedFiles}`, async () => {
    const ana = await world.user();
    const told = await bothRoutes(ana, reportedFile('avif-major-brand-mif1.avif'), 'image/avif');
    expect(told).toEqual(twice({ type: 'image/avif', state: 'ready', width: 96 }));
  });

  test.skipIf(!realPhotos).each([
    [['mif1', 'mif1', 'heic'], 'image/heic'],
    [['heic', 'mif1', 'heic'], 'image/heif'],
    [['mif1', 'mif1', 'mif1'], 'image/heif'],
    [['miaf', 'mif1', 'miaf'], 'image/heic'],
  ])(
    `a file of the brands %j with HEVC inside is a HEIC and gets its variants${whyNoRealPhotos}`,
    async (brands, announced) => {
      const ana = await world.user();
      const photo = realPhotos?.find(({ name }) => name === 'IMG_7943.HEIC');
      const bytes = withBrands(readFileSync(photo?.path ?? ''), ...brands);
      expect(await bothRoutes(ana, bytes, announced)).toEqual(
        twice({ type: 'image/heic', state: 'ready', width: 100 }),
      );
    },
  );

  test('a HEIF file is refused by both routes when neither brands nor the primary item say how it is coded', async () => {
    const ana = await world.user();
    const bytes = withBrands(await picture({ width: 96, height: 64, format: 'avif' }), 'mif1', 'mif1', 'miaf', 'mif1');
    bytes.write('j2k1', bytes.indexOf('av01'), 'latin1');
    const posted = await ana.upload(bytes).expect(415);
    expect(problemOf(posted).code).toBe('unsupported-image');
    const { id, sessionUrl } = await open(ana, bytes, { type: 'image/heif' });
    await send(sessionUrl, bytes);
    const batch = await ana.post('/v1/photos/batch').send({ items: [{ upload: id }] });
    expect(batch.body.results).toMatchObject([{ status: 'failed', problem: { code: 'unsupported-image' } }]);
  });
});
