import * as fc from 'fast-check';
import request from 'supertest';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { RECIPE } from '../../src/features/photos/recipe.ts';
import { Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import { exifBlock, orientation, type ExifEntry } from '../support/exif.ts';
import { heic } from '../support/heic.ts';
import { box, heifOfSize, heifWith } from '../support/heif-properties.ts';
import { exifChunk, gifWith, jpegWith, pngWith, rawProfileChunk, webpWith } from '../support/oriented.ts';
import type { TestUser } from '../support/test-user.ts';
import { shortened } from '../support/long-form.ts';
import { picture } from '../support/picture.ts';
import { editStoredPhoto } from '../support/stored.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

const WIDE = { width: 96, height: 64 };
const TALL = { width: 64, height: 96 };
const wide = (format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif') =>
  sharp({ create: { ...WIDE, channels: 3, background: '#2850d2' } })
    .toFormat(format)
    .toBuffer();
const [jpeg, png, webp] = [await wide('jpeg'), await wide('png'), await wide('webp')];
const [gif, avif] = [await wide('gif'), await wide('avif')];

const SIZES = ['thumb', 'small', 'medium', 'large'] as const;

interface PhotoBody {
  id: string;
  state: string;
  width: number;
  height: number;
  variants: Record<(typeof SIZES)[number], { url: string; width: number; height: number }>;
}

const read = async (user: TestUser, id: string) => await user.read(`/v1/photos/${id}`, Photo);

async function shape(url: string) {
  const { width, height } = await sharp(await world.bytesAt(url)).metadata();
  return { width, height };
}

/** That every size of a photo, also in another format, has the width and height that are told. */
async function expectAsTold(user: TestUser, id: string, about: string): Promise<void> {
  const extra = await shape(`${(await read(user, id)).variants.small.url}&format=webp`);
  const { variants, ...told } = await read(user, id);
  for (const size of SIZES) {
    const { url, width, height } = variants[size];
    expect({ about, size, ...(await shape(url)) }).toEqual({ about, size, width, height });
  }
  expect({ about, ...extra }).toEqual({ about, width: variants.small.width, height: variants.small.height });
  expect({ about, width: told.width, height: told.height }).toEqual({ about, ...(await shape(variants.large.url)) });
}

const turned = exifBlock([orientation(6)]);

/** In most of them metadata tells another shape than the one in which decoders and browsers show the picture. */
const DISAGREEING: [what: string, bytes: Buffer, shown: typeof WIDE][] = [
  ['a PNG with its EXIF behind the pixels', pngWith(png, exifChunk(turned), 'behind'), WIDE],
  ['a PNG with its EXIF in a raw profile', pngWith(png, rawProfileChunk(turned), 'before'), WIDE],
  ['a JPEG with two orientations', jpegWith(jpeg, [exifBlock([orientation(6), orientation(1)])]), TALL],
  ['a WebP without the flag of EXIF', webpWith(webp, turned, { ...WIDE, flag: false, where: 'behind' }), WIDE],
  ['a PNG with its EXIF before the pixels', pngWith(png, exifChunk(turned), 'before'), TALL],
  ['a WebP with the flag of EXIF', webpWith(webp, turned, { ...WIDE, flag: true, where: 'behind' }), TALL],
  ['a GIF larger than its screen', gifWith(gif, { screen: { width: 48, height: 32 }, left: 0, top: 0 }), WIDE],
  [
    'a GIF that begins beside the corner of its screen',
    gifWith(gif, { screen: { width: 48, height: 99 }, left: 5, top: 9 }),
    { width: 101, height: 99 },
  ],
];

test.each(DISAGREEING)('%s is told in the shape in which it is shown', async (about, bytes, shown) => {
  const ana = await world.user();
  const { body } = await ana.upload(bytes).expect(201);
  expect(body.photo).toMatchObject(shown);
  await world.drain();
  expect(await read(ana, body.photo.id as string)).toMatchObject({ state: 'ready', ...shown });
  await expectAsTold(ana, body.photo.id as string, about);
});

/** Leaves a photo as a version of the program would have that read its shape otherwise. */
async function tellOtherwise(user: TestUser, id: string, view: object): Promise<void> {
  const { id: owner } = await user.read('/v1/me', Me);
  await editStoredPhoto(world.datastore, { user: owner, photo: id }, { ...TALL, ...view });
}

test('a corrected shape comes by the feed, in lists and with a new ETag, and fails no If-Match', async () => {
  const ana = await world.user();
  await world.cloud.appIsGone();
  onTestFinished(() => world.cloud.appIsAt(world.appUrl));
  const { id } = checked(UploadReply, (await ana.upload(await picture(WIDE)).expect(201)).body).photo;
  await tellOtherwise(ana, id, {});
  const before = await ana.get(`/v1/photos/${id}`).expect(200);
  expect(before.body).toMatchObject({ state: 'pending', ...TALL });
  const etag = before.headers['etag'] as string;
  const { body: feed } = await ana.get('/v1/changes').expect(200);

  await shape(checked(Photo, before.body).variants.large.url);

  const after = await ana.get(`/v1/photos/${id}`).set('If-None-Match', etag).expect(200);
  expect(after.body).toMatchObject({ state: 'pending', ...WIDE, revision: 1 });
  expect(after.headers['etag']).not.toBe(etag);
  expect((await ana.get('/v1/timeline').expect(200)).body.items).toMatchObject([{ id, ...WIDE }]);
  const { body: news } = await ana.get(`/v1/changes?token=${feed.token}`).expect(200);
  expect(news.changes).toMatchObject([{ type: 'upsert', photo: { id, ...WIDE } }]);
  await ana.patch(`/v1/photos/${id}`).set('If-Match', etag).send({ alt: 'Blue.' }).expect(200);
});

test('a photo that an earlier version made ready is corrected when its sizes are made again', async () => {
  const ana = await world.user();
  const { id } = checked(UploadReply, (await ana.upload(await picture(WIDE)).expect(201)).body).photo;
  await world.drain();
  await tellOtherwise(ana, id, { recipe: RECIPE - 1 });
  expect(await read(ana, id)).toMatchObject({ state: 'ready', ...TALL });
  await world.advance(10_000);
  expect(await world.cloud.runCron('/cron/remake-variants')).toBe(200);
  await world.drain();
  expect(await read(ana, id)).toMatchObject({ state: 'ready', ...WIDE });
  await expectAsTold(ana, id, 'made again');
});

/** Directories of EXIF in which something is strange about the orientation. */
const anyBlock: fc.Arbitrary<Buffer> = fc
  .record({
    first: fc.array(anyEntry(), { maxLength: 3 }),
    inner: fc.array(anyEntry(), { maxLength: 2 }),
    bigEndian: fc.boolean(),
  })
  .map(({ first, inner, bigEndian }) => exifBlock(first, inner, bigEndian));

function anyEntry(): fc.Arbitrary<ExifEntry> {
  return fc.record({
    tag: fc.constantFrom(0x0112, 0x0112, 0x0112, 0x0131),
    type: fc.constantFrom(3, 3, 3, 4, 1, 9),
    count: fc.constantFrom(1, 1, 1, 2, 0),
    value: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(0, 9, 65_535)),
  });
}

const where = fc.constantFrom('before' as const, 'behind' as const);
const side = fc.integer({ min: 1, max: 130 });
const place = fc.integer({ min: 0, max: 40 });

/** A clean aperture: its size and the distance of its middle from that of the picture (ISO/IEC 14496-12, 12.1.4.2). */
function clean(width: number, height: number, denominator = 1, right = 0, down = 0): Buffer {
  const payload = Buffer.alloc(32);
  [width, denominator, height, denominator, right, 2, down, 2].forEach((n, at) => payload.writeUInt32BE(n, 4 * at));
  return box('clap', payload);
}

const anyProperty: fc.Arbitrary<Buffer> = fc.oneof(
  fc.integer({ min: 0, max: 3 }).map((angle) => box('irot', Buffer.of(angle))),
  fc.integer({ min: 0, max: 1 }).map((axis) => box('imir', Buffer.of(axis))),
  fc.tuple(side, side, fc.constantFrom(1, 2), place, place).map((numbers) => clean(...numbers)),
);
const anyProperties = fc.array(anyProperty, { minLength: 1, maxLength: 3 });

/** Small files whose metadata and whose decoder may disagree about their shape. */
const anyFile: fc.Arbitrary<Buffer> = fc.oneof(
  fc.array(anyBlock, { minLength: 1, maxLength: 2 }).map((blocks) => jpegWith(jpeg, blocks)),
  fc.tuple(anyBlock, where).map(([block, at]) => pngWith(png, exifChunk(block), at)),
  fc.tuple(anyBlock, where).map(([block, at]) => pngWith(png, rawProfileChunk(block), at)),
  fc
    .tuple(anyBlock, anyBlock, where)
    .map(([one, other, at]) => pngWith(pngWith(png, rawProfileChunk(one), 'before'), exifChunk(other), at)),
  fc
    .record({ block: anyBlock, flag: fc.boolean(), where })
    .map(({ block, ...rest }) => webpWith(webp, block, { ...WIDE, ...rest })),
  fc
    .record({ screen: fc.record({ width: side, height: side }), left: place, top: place })
    .map((at) => gifWith(gif, at)),
  anyProperties.map((properties) => heifWith(avif, properties)),
  fc.record({ width: side, height: side }).map((size) => heifOfSize(avif, size)),
  anyBlock.map((block) => jpegWith(jpeg, [block, turned])),
);

test('whatever a file says of its shape, every size has the shape that is told', async () => {
  const ana = await world.user();
  const seen = { ready: 0 };
  const batches = shortened(6, 2);
  const batch = fc.array(fc.tuple(anyFile, fc.constantFrom(undefined, 'thumb' as const, 'large' as const)), {
    minLength: 10,
    maxLength: 10,
  });
  await fc.assert(
    fc.asyncProperty(batch, async (files) => {
      const photos: { id: string; about: string }[] = [];
      for (const [bytes, early] of files) {
        const { status, body } = await ana.upload(bytes, { query: '?duplicates=allow' });
        if (status !== 201) continue;
        const photo = body.photo as PhotoBody;
        if (early) await request(world.url).get(photo.variants[early].url);
        photos.push({ id: photo.id, about: bytes.toString('base64') });
      }
      await world.drain();
      for (const { id, about } of photos) {
        const { state } = await read(ana, id);
        if (state !== 'ready') continue;
        seen.ready += 1;
        await expectAsTold(ana, id, about);
      }
    }),
    { numRuns: batches },
  );
  // Of ten files a batch: the others no decoder takes, most of them cut out of an AVIF what lies beside it.
  expect(seen.ready).toBeGreaterThan(5 * batches);
});

test.each([
  ['turned', [box('irot', Buffer.of(1))], { width: 1536, height: 2048 }],
  ['cut out and mirrored', [clean(2000, 1500), box('imir', Buffer.of(0))], { width: 2000, height: 1500 }],
])('a HEIC that is %s is told as it is shown', async (about, properties, shown) => {
  const ana = await world.user();
  const { body } = await ana.upload(heifWith(heic(), properties)).expect(201);
  await world.drain();
  expect(await read(ana, body.photo.id as string)).toMatchObject({ state: 'ready', ...shown });
  await expectAsTold(ana, body.photo.id as string, about);
});
