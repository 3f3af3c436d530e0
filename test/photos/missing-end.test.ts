import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import request from 'supertest';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { uploadChunked } from '../support/chunked-upload.ts';
import { jpegSegments, pngChunks } from '../support/file-parts.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import { hasReportedFiles, reportedFile, whyNoReportedFiles } from '../support/reported-files.ts';
import { startWorld } from '../support/world.ts';
import { finish, finished, open, send, sendDirect } from '../uploads/phone.ts';

const world = await startWorld();
const ana = await world.user();
const ben = await world.user();

const hex = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Takes a file by both ways, and waits until its smaller sizes are there. */
async function expectTaken(bytes: Buffer, type: string, size: { width: number; height: number }): Promise<void> {
  const { body } = await ana.upload(bytes, { query: '?duplicates=allow' }).expect(201);
  const { photo } = await finished(ben, await sendDirect(ben, bytes, {}, { type }));
  await world.drain();
  for (const [user, id] of [
    [ana, body.photo.id],
    [ben, photo.id],
  ] as const) {
    const { body: read } = await user.get(`/v1/photos/${id}`).expect(200);
    expect(read).toMatchObject({ state: 'ready', ...size });
    const thumb = await request(world.url).get(read.variants.thumb.url).responseType('blob').expect(200);
    expect(await sharp(bytesOf(thumb)).metadata()).toMatchObject(size);
  }
}

/** Refuses a file by both ways, and keeps nothing of it. */
async function expectRefused(bytes: Buffer, type: string, detail: RegExp): Promise<void> {
  await world.drain();
  const before = await world.objects();
  const problem = { code: 'damaged-image', detail: expect.stringMatching(detail) as string };
  expect((await ana.upload(bytes).expect(422)).body).toMatchObject(problem);
  expect(await uploadChunked(world.url, ana, bytes)).toMatchObject({ status: 422, body: problem });
  expect(await finish(ana, await sendDirect(ana, bytes, {}, { type }))).toMatchObject({ status: 'failed', problem });
  await world.drain();
  expect(await world.objects()).toEqual(before);
}

const SIZE = { width: 96, height: 64 };
const TRAILER = Buffer.concat([
  Buffer.from('00000a010e000000', 'hex'),
  Buffer.from('Image_UTC_Data1549876543210SEFHk\0\0\0\x01\0\0\0SEFT', 'latin1'),
]);

const jpeg = await picture(SIZE);
const progressive = await sharp(jpeg).jpeg({ progressive: true }).toBuffer();
const thumbnailed = await picture({ ...SIZE, takenAt: '2019-07-01T10:00:00' });
const png = await picture({ ...SIZE, format: 'png' });
const interlaced = await sharp(png).png({ progressive: true }).toBuffer();
const webp = await picture({ ...SIZE, format: 'webp' });
const gif = await picture({ ...SIZE, format: 'gif' });
const usual = await sharp(jpeg).jpeg({ optimizeCoding: false }).toBuffer();
const animation = await sharp([png, await picture({ ...SIZE, format: 'png' })], { join: { animated: true } })
  .gif()
  .toBuffer();
const withoutEnd = (bytes: Buffer) => bytes.subarray(0, -2);

/** A WebP whose RIFF length is wrong by so much. */
function riffOffBy(bytes: number): Buffer {
  const file = Buffer.from(webp);
  file.writeUInt32LE(file.readUInt32LE(4) + bytes, 4);
  return file;
}

/** A WebP whose last chunk has an odd length, without the byte that pads it. */
function unpadded(riffBytes: number): Buffer {
  const file = Buffer.concat([webp, Buffer.from('XMP \x03\0\0\0abc', 'latin1')]);
  file.writeUInt32LE(file.length - 8 + riffBytes, 4);
  return file;
}

describe('a whole file without its last marker is taken by form and by session', () => {
  test.skipIf(!hasReportedFiles)(`jpeg-no-eoi-samsung-trailer.jpg${whyNoReportedFiles}`, async () => {
    await expectTaken(reportedFile('jpeg-no-eoi-samsung-trailer.jpg'), 'image/jpeg', SIZE);
  });

  test.each<[string, string, Buffer]>([
    ['a JPEG', 'image/jpeg', withoutEnd(jpeg)],
    ['a JPEG before a phone’s trailer', 'image/jpeg', Buffer.concat([withoutEnd(jpeg), TRAILER])],
    ['a JPEG of which half a marker is there', 'image/jpeg', jpeg.subarray(0, -1)],
    ['a JPEG with metadata', 'image/jpeg', withoutEnd(thumbnailed)],
    ['a progressive JPEG', 'image/jpeg', withoutEnd(progressive)],
    ['a progressive JPEG before a trailer', 'image/jpeg', Buffer.concat([withoutEnd(progressive), TRAILER])],
    ['a PNG', 'image/png', png.subarray(0, -12)],
    ['a PNG of whose end some bytes are there', 'image/png', png.subarray(0, -5)],
    ['an interlaced PNG', 'image/png', interlaced.subarray(0, -12)],
    ['a WebP whose length is one too many', 'image/webp', riffOffBy(1)],
    ['a WebP whose length is one too few', 'image/webp', riffOffBy(-1)],
    ['a WebP whose padding is missing', 'image/webp', unpadded(1)],
    ['a WebP whose padding is neither there nor counted', 'image/webp', unpadded(0)],
    ['a GIF of one picture', 'image/gif', gif.subarray(0, -1)],
  ])('%s', async (_, type, bytes) => {
    await expectTaken(bytes, type, SIZE);
  });

  test('a whole file without its last marker is also taken where memory has no room for it', async () => {
    expect(await uploadChunked(world.url, await world.user(), withoutEnd(jpeg))).toMatchObject({ status: 201 });
  });
});

describe('a file that was cut is refused by form and by session, and nothing of it stays', () => {
  const TOO_EARLY = /ends too early.*Send the whole file again/;

  test.each<[string, string, Buffer]>([
    ['a JPEG in the middle', 'image/jpeg', jpeg.subarray(0, jpeg.length / 2)],
    ['a JPEG by one byte more than its marker', 'image/jpeg', jpeg.subarray(0, -3)],
    ['a JPEG before a trailer', 'image/jpeg', Buffer.concat([jpeg.subarray(0, jpeg.length / 2), TRAILER])],
    ['a progressive JPEG', 'image/jpeg', progressive.subarray(0, progressive.length / 2)],
    ['a PNG in its pixels', 'image/png', png.subarray(0, png.length / 2)],
    ['a PNG in the checksum of its pixels', 'image/png', png.subarray(0, -14)],
    ['a WebP in its pixels', 'image/webp', webp.subarray(0, -2)],
    ['a GIF in its pixels', 'image/gif', gif.subarray(0, -9)],
  ])('%s', async (_, type, bytes) => {
    await expectRefused(bytes, type, TOO_EARLY);
  });

  test.skipIf(!realPhotos).each(['cut-half.jpg', 'truncated.jpg', 'truncated_image.png', 'imageSizeError.jpg'])(
    `%s${whyNoRealPhotos}`,
    async (name) => {
      const path = realPhotos?.find((photo) => photo.name === name)?.path ?? '';
      await expectRefused(readFileSync(path), name.endsWith('png') ? 'image/png' : 'image/jpeg', TOO_EARLY);
    },
  );
});

describe('a file that nothing tells to be whole', () => {
  const lastScan = progressive.lastIndexOf(Buffer.of(0xff, 0xda));
  const untold: [string, string, Buffer][] = [
    [
      'a progressive JPEG without its last scan',
      'image/jpeg',
      progressive.subarray(0, progressive.lastIndexOf(Buffer.of(0xff, 0xc4), lastScan)),
    ],
    ['an animation without its trailer', 'image/gif', animation.subarray(0, -1)],
    ['a WebP that counts more than is there', 'image/webp', riffOffBy(100)],
  ];

  test.each(untold)(
    'a file that may be cut is refused by form unless its sha256 comes along: %s',
    async (_, _type, bytes) => {
      const user = await world.user();
      const before = await world.objects();
      const problem = problemOf(await user.upload(bytes).expect(422));
      expect(problem).toMatchObject({ code: 'damaged-image', detail: expect.stringContaining('sha256') as string });
      expect(await uploadChunked(world.url, user, bytes)).toMatchObject({
        status: 422,
        body: { code: 'damaged-image' },
      });
      const wrong = await user.upload(bytes, { fields: { sha256: hex(Buffer.from('x')) } }).expect(422);
      expect(problemOf(wrong).code).toBe('damaged-image');
      expect(await world.objects()).toEqual(before);

      const { body: taken } = await user.upload(bytes, { fields: { sha256: hex(bytes) } }).expect(201);
      await world.drain();
      expect((await user.get(`/v1/photos/${taken.photo.id}`)).body.state).toBe('ready');
    },
  );

  test('a file that may be cut is taken by form with its checksum in the header, or in a field behind it', async () => {
    const bytes = untold[0]?.[2] ?? Buffer.alloc(0);
    const digest = `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
    await (await world.user()).upload(bytes, { headers: { 'Repr-Digest': digest } }).expect(201);
    const { token } = await world.user();
    await request(world.url)
      .post('/v1/photos')
      .set('Authorization', `Bearer ${token}`)
      .attach('image', bytes, 'photo.jpg')
      .field('sha256', hex(bytes))
      .expect(201);
  });

  test.each(untold)(
    'a file that may be cut is taken by session, whose checksum is verified at once: %s',
    async (_, type, bytes) => {
      const user = await world.user();
      const { id, sessionUrl } = await open(user, bytes, { type, sha256: hex(Buffer.from('x')) });
      await send(sessionUrl, bytes);
      expect(await finish(user, id)).toMatchObject({ status: 'failed', problem: { code: 'digest-mismatch' } });

      const { status, photo } = await finished(user, await sendDirect(user, bytes, {}, { type }));
      expect(status).toBe('created');
      await world.drain();
      expect((await user.get(`/v1/photos/${photo.id}`)).body.state).toBe('ready');
    },
  );
});

describe('a file that no decoder shows is refused by form and by session, and nothing of it stays', () => {
  const DHT = 0xc4;

  test.each<[string, string, Buffer, RegExp]>([
    ['a PNG without IDAT', 'image/png', pngChunks(png, ({ name }) => name !== 'IDAT'), /no IDAT/],
    [
      'a Huffman table with more codes than there are',
      'image/jpeg',
      jpegSegments(usual, ({ marker, content }) => {
        if (marker !== DHT || content[0] !== 0) return;
        // Two codes of one bit leave no room for others. The number of codes stays.
        content[1] = (content[1] ?? 0) + 2;
        content[3] = (content[3] ?? 0) - 2;
      }),
      /Huffman table of it is damaged/,
    ],
    [
      'a Huffman table that counts more values than it has',
      'image/jpeg',
      jpegSegments(usual, ({ marker, content }) => void (marker === DHT && (content[16] = 200))),
      /Huffman table of it is damaged/,
    ],
    [
      'a Huffman table with a number that none has',
      'image/jpeg',
      jpegSegments(usual, ({ marker, content }) => void (marker === DHT && (content[0] = 0x25))),
      /Huffman table of it is damaged/,
    ],
    [
      'a scan that refers to a missing Huffman table',
      'image/jpeg',
      jpegSegments(usual, ({ marker, content }) => void (marker === 0xda && (content[2] = 0x33))),
      /Huffman table that it refers to is missing/,
    ],
    [
      'a progressive JPEG without Huffman tables',
      'image/jpeg',
      jpegSegments(progressive, ({ marker }) => marker === DHT),
      /Huffman table that it refers to is missing/,
    ],
    [
      'a JPEG without quantization tables',
      'image/jpeg',
      jpegSegments(usual, ({ marker }) => marker === 0xdb),
      /quantization table/,
    ],
  ])('%s', async (_, type, bytes, detail) => {
    await expectRefused(bytes, type, detail);
  });

  test('but a frame of Motion JPEG, which leaves the usual tables out, is taken', async () => {
    await expectTaken(
      jpegSegments(usual, ({ marker }) => marker === DHT),
      'image/jpeg',
      SIZE,
    );
  });
});
