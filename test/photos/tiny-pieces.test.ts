import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';
import { open, send } from '../uploads/phone.ts';

const world = await startWorld();
const ana = await world.user();

/** So many bytes of the same piece again and again. */
const repeated = (piece: Buffer, bytes = 4 * 2 ** 20) => Buffer.alloc(bytes - (bytes % piece.length), piece);

const sized = (name: string, data: Buffer, head = Buffer.alloc(8)) => {
  head.writeUInt32BE(data.length);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
};

/** Behind the signature and the first chunk of a PNG; none looks at the checksums of chunks that it does not know. */
const intoPng = (png: Buffer, chunks: Buffer) => Buffer.concat([png.subarray(0, 33), chunks, png.subarray(33)]);

/** Whole pictures, in which millions of pieces of nothing stand before the end. */
const FILES: Record<string, [type: string, make: () => Promise<Buffer>]> = {
  'GIF, zeros between its blocks': [
    'image/gif',
    async () => {
      const gif = await picture({ format: 'gif', width: 32, height: 24 });
      return Buffer.concat([gif.subarray(0, -1), repeated(Buffer.of(0)), gif.subarray(-1)]);
    },
  ],
  'GIF, blocks of one byte': [
    'image/gif',
    async () => {
      const gif = await picture({ format: 'gif', width: 32, height: 24 });
      const comment = Buffer.concat([Buffer.of(0x21, 0xfe), repeated(Buffer.of(1, 1)), Buffer.of(0)]);
      return Buffer.concat([gif.subarray(0, -1), comment, gif.subarray(-1)]);
    },
  ],
  'JPEG, empty segments': [
    'image/jpeg',
    async () => {
      const jpeg = await picture({ width: 32, height: 24 });
      return Buffer.concat([jpeg.subarray(0, 2), repeated(Buffer.of(0xff, 0xe0, 0, 2)), jpeg.subarray(2)]);
    },
  ],
  'PNG, empty chunks': [
    'image/png',
    async () =>
      intoPng(await picture({ format: 'png', width: 32, height: 24 }), repeated(sized('abCd', Buffer.alloc(0)))),
  ],
  'WebP, empty chunks': [
    'image/webp',
    async () => {
      const webp = await picture({ format: 'webp', width: 32, height: 24 });
      const all = Buffer.concat([webp, repeated(Buffer.from('abCd\0\0\0\0', 'latin1'))]);
      all.writeUInt32LE(all.length - 8, 4);
      return all;
    },
  ],
  'AVIF, empty boxes before the picture': [
    'image/avif',
    async () => {
      const avif = await picture({ format: 'avif', width: 32, height: 24 });
      const head = avif.readUInt32BE(0);
      return Buffer.concat([avif.subarray(0, head), repeated(Buffer.from('\0\0\0\x08free')), avif.subarray(head)]);
    },
  ],
};

test.each(Object.entries(FILES))(
  'a picture in pieces of nothing is refused at both doors: %s',
  async (_, [type, make]) => {
    const [bytes, before] = [await make(), await world.objects()];
    expect(problemOf(await ana.upload(bytes).expect(422)).code).toBe('damaged-image');

    const { id, sessionUrl } = await open(ana, bytes, { type });
    await send(sessionUrl, bytes, { chunk: bytes.length });
    const { body } = await ana
      .post('/v1/photos/batch')
      .send({ items: [{ upload: id }] })
      .expect(200);
    expect(body.results).toMatchObject([{ status: 'failed', problem: { code: 'damaged-image' } }]);
    await world.drain();
    expect(await world.objects()).toEqual(before);
  },
);

test('a PNG whose profile is nothing but blanks is taken without it', async () => {
  const blanks = Buffer.concat([Buffer.from('exif 1 '), repeated(Buffer.from(' '), 400_000), Buffer.from('!')]);
  const text = Buffer.concat([Buffer.from('Raw profile type exif\0\0', 'latin1'), deflateSync(blanks)]);
  const png = await picture({ format: 'png', width: 32, height: 24 });
  const { body } = await ana.upload(intoPng(png, sized('zTXt', text))).expect(201);
  expect(body.photo.takenAt.source).toBe('upload');
});

test('the first of several texts of one name in a PNG counts', async () => {
  const created = (date: string) => sized('tEXt', Buffer.from(`Creation Time\0${date}`, 'latin1'));
  const png = await picture({ format: 'png', width: 32, height: 24 });
  const texts = Buffer.concat([created('2019-07-01T10:00:00'), created('2020-01-01T00:00:00')]);
  const { body } = await ana.upload(intoPng(png, texts)).expect(201);
  expect(body.photo.takenAt).toMatchObject({ local: '2019-07-01T10:00:00', source: 'container' });
});
