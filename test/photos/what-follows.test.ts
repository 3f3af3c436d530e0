import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { Photo } from '../../src/features/photos/schemas.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { startWorld } from '../support/world.ts';
import { open, send } from '../uploads/phone.ts';

const world = await startWorld();

const PREFIX = 'http://ns.adobe.com/xap/1.0/\0';

/** What a phone writes of a film that follows the picture (Google's Motion Photo format 1.0). */
const motionXmp = (length: number) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
  `<rdf:Description xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1" ` +
  `GCamera:MicroVideoOffset="${length}"/></rdf:RDF></x:xmpmeta>`;

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

const withSegment = (jpeg: Buffer, added: Buffer) => Buffer.concat([jpeg.subarray(0, 2), added, jpeg.subarray(2)]);

/** A film as far as its frame goes; some of its bytes look like the end of a JPEG, as they may. */
function film(bytes: number): Buffer {
  const ftyp = Buffer.concat([Buffer.of(0, 0, 0, 16), Buffer.from('ftypisom\0\0\x02\0', 'latin1')]);
  const mdat = Buffer.alloc(bytes, Buffer.of(0xff, 0xd9, 7, 0xff, 0xd8, 0xff));
  mdat.writeUInt32BE(bytes);
  mdat.write('mdat', 4, 'latin1');
  return Buffer.concat([ftyp, mdat]);
}

async function motionPhoto(): Promise<Buffer> {
  const mp4 = film(700_000);
  const xmp = segment(0xe1, Buffer.from(PREFIX + motionXmp(mp4.length), 'latin1'));
  return Buffer.concat([withSegment(await picture({ width: 800, height: 600 }), xmp), mp4]);
}

async function motionAvif(): Promise<Buffer> {
  return Buffer.concat([await picture({ format: 'avif', width: 800, height: 600 }), film(700_000)]);
}

/** A second picture, of the light that screens of high range add, behind the first one (CIPA DC-007). */
async function ultraHdr(): Promise<Buffer> {
  const gainMap = await sharp({ create: { width: 200, height: 150, channels: 3, background: '#ffffff' } })
    .jpeg()
    .toBuffer();
  const mpf = segment(0xe2, Buffer.from('MPF\0II*\0\x08\0\0\0\0\0', 'latin1'));
  return Buffer.concat([withSegment(await picture({ width: 800, height: 600 }), mpf), gainMap]);
}

/** The same file as each of the two doors takes it; the second one only in an account that does not have it. */
const DOORS = {
  'the front door': async (bytes: Buffer, type: string) => {
    const ana = await world.user();
    const { body } = await ana.upload(bytes).expect(201);
    expect(body.photo.type).toBe(type);
    return { ana, id: body.photo.id as string };
  },
  'the bucket': async (bytes: Buffer, type: string) => {
    const ana = await world.user();
    const { id, sessionUrl } = await open(ana, bytes, { type });
    await send(sessionUrl, bytes);
    const { body } = await ana
      .post('/v1/photos/batch')
      .send({ items: [{ upload: id }] })
      .expect(200);
    expect(body.results).toMatchObject([{ status: 'created' }]);
    return { ana, id: body.results[0].photo.id as string };
  },
};

/** That the first picture of the file is shown, and that the file comes back with all that follows. */
async function expectWhole(door: keyof typeof DOORS, bytes: Buffer, type: string): Promise<Sharp> {
  const { ana, id } = await DOORS[door](bytes, type);
  await world.drain();
  const photo = await ana.read(`/v1/photos/${id}`, Photo);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(photo).toMatchObject({ state: 'ready', bytes: bytes.length, sha256, original: { bytes: bytes.length } });
  const { usage } = await ana.read('/v1/me', Me);
  expect(usage.bytes).toBe(bytes.length);
  expect(Buffer.compare(await world.bytesAt(photo.original.url), bytes)).toBe(0);
  const thumb = await world.bytesAt(photo.variants.thumb.url);
  const { width, height } = photo.variants.thumb;
  expect(await sharp(thumb).metadata()).toMatchObject({ width, height });
  return sharp(thumb);
}

const doors = Object.keys(DOORS) as (keyof typeof DOORS)[];

describe.each(doors)('by %s', (door) => {
  test.each([
    ['a motion photo, a film behind it,', 'image/jpeg', motionPhoto],
    ['an AVIF, a film behind it,', 'image/avif', motionAvif],
    ['a picture with a gain map behind it', 'image/jpeg', ultraHdr],
  ])('%s is shown, and comes back with what follows', async (_, type, make) => {
    const thumb = await expectWhole(door, await make(), type);
    const { data } = await thumb
      .extract({ left: 20, top: 20, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(200);
    expect(data[1]).toBeLessThan(80);
  });

  const kinds = new Set([
    'motion-photo.jpg',
    'seine_sdr_gainmap_srgb.jpg',
    'frozenpond.mpo',
    'zip-tail.jpg',
    'IMG_7943.HEIC',
  ]);
  const files = (realPhotos ?? []).filter(({ name }) => kinds.has(name));
  describe.skipIf(!realPhotos)(`real files${whyNoRealPhotos}`, () => {
    test.each(files)('$name is shown, and comes back with what follows', async ({ path, truth }) => {
      await expectWhole(door, readFileSync(path), truth.mime ?? '');
    });
  });
});
