import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/runtime/errors.ts';
import { picture } from '../support/picture.ts';
import { factsOf, factsOfNew } from './facts-of.ts';

test.each(['jpeg', 'png', 'webp', 'avif'] as const)(
  'the facts of a %s come out as they were put in',
  async (format) => {
    const found = await factsOfNew({
      format,
      width: 320,
      height: 240,
      takenAt: '2019-07-01T10:00:00.12',
      offset: '+02:00',
      gps: { latitude: -41.79, longitude: -87.6 },
      camera: { make: 'Maker', model: 'Model 1', lens: '50 mm' },
    });
    expect(found).toEqual({
      width: 320,
      height: 240,
      takenAt: {
        local: '2019-07-01T10:00:00.12',
        offset: '+02:00',
        utc: '2019-07-01T08:00:00.12Z',
        source: 'exif',
        precision: 'second',
      },
      camera: { make: 'Maker', model: 'Model 1', lens: '50 mm' },
      location: { latitude: -41.79, longitude: -87.6 },
    });
  },
);

describe('the size', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('the size is the displayed one for orientation %i', async (orientation) => {
    const { width, height } = await factsOfNew({ width: 320, height: 240, orientation });
    expect([width, height]).toEqual(orientation < 5 ? [320, 240] : [240, 320]);
  });

  test('the size is known although a colour profile of a megabyte stands before it', async () => {
    const bytes = await picture({ width: 320, height: 240, takenAt: '2019-07-01T10:00:00' });
    const segment = Buffer.alloc(65_000);
    segment.writeUInt32BE(0xffe2_0000 + segment.length - 2);
    const profile = Array.from({ length: 16 }, () => segment);
    const found = await factsOf(Buffer.concat([bytes.subarray(0, 2), ...profile, bytes.subarray(2)]));
    expect(found).toMatchObject({ width: 320, height: 240, takenAt: { source: 'exif' } });
  });

  test('beyond 500 megapixels is refused from the head alone', async () => {
    const bytes = await picture({ format: 'png', width: 8, height: 8 });
    bytes.writeUInt32BE(30_000, 16);
    bytes.writeUInt32BE(30_000, 20);
    const refusal = factsOf(bytes.subarray(0, 33));
    await expect(refusal).rejects.toMatchObject({ code: 'too-many-pixels', extra: { maxPixels: 500_000_000 } });
  });

  test('a picture without a size is damaged', async () => {
    const refusal = factsOf((await picture()).subarray(0, 20));
    await expect(refusal).rejects.toMatchObject({ code: 'damaged-image' });
  });
});

/** A JPEG whose EXIF says `make` once, and the model in so many tags, all of which point at the same 50,000 bytes. */
async function repetitive(make: string, tags: number): Promise<Buffer> {
  const [value, first] = [50_000, 10];
  const tiff = Buffer.alloc(first + 12 * tags + 4 + value);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(tags, 8);
  for (let at = first; at < first + 12 * tags; at += 12) {
    tiff.writeUInt32LE(at === first ? 0x0002_010f : 0x0002_0110, at);
    tiff.writeUInt32LE(value, at + 4);
    tiff.writeUInt32LE(tiff.length - value, at + 8);
  }
  tiff.write(make, tiff.length - value, 'latin1');
  return withExif(tiff);
}

/** A JPEG whose EXIF says `make`, of up to three letters, in the first of so many directories in a row. */
async function winding(make: string, directories: number): Promise<Buffer> {
  const tiff = Buffer.alloc(26 + 6 * directories);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt32LE(0x0002_010f, 10);
  tiff.writeUInt32LE(make.length + 1, 14);
  tiff.write(make, 18, 'latin1');
  for (let next = 22, at = 26; at + 6 <= tiff.length; next = at + 2, at += 6) tiff.writeUInt32LE(at, next);
  return withExif(tiff);
}

async function withExif(tiff: Buffer): Promise<Buffer> {
  const bytes = await picture();
  const head = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1');
  head.writeUInt16BE(8 + tiff.length, 2);
  return Buffer.concat([bytes.subarray(0, 2), head, tiff, bytes.subarray(2)]);
}

describe('strange metadata', () => {
  test('metadata whose tags all share the same bytes is left unread: it would block other requests', async () => {
    expect((await factsOf(await repetitive('Maker', 2))).camera.make).toBe('Maker');
    expect((await factsOf(await repetitive('Maker', 1000))).camera.make).toBeNull();
  });

  test('metadata with a maze of directories is left unread, and the picture is accepted', async () => {
    expect((await factsOf(await winding('Mk', 4))).camera.make).toBe('Mk');
    expect(await factsOf(await winding('Mk', 10_000))).toMatchObject({ width: 320, camera: { make: null } });
  });

  test.each([
    { GPSLatitudeRef: 'N', GPSLatitude: '213/1 0/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '9/1 0/1 0/1' },
    { GPSLatitudeRef: 'N', GPSLatitude: '0/0 0/0 0/0', GPSLongitudeRef: 'E', GPSLongitude: '0/0 0/0 0/0' },
    { GPSLatitudeRef: 'N', GPSLatitude: '0/1 0/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '0/1 0/1 0/1' },
    { GPSLatitudeRef: 'N', GPSLatitude: '45/1 0/1 0/1' },
  ])('strange metadata gives no place: %j', async (IFD3) => {
    expect((await factsOfNew({ exif: { IFD3 } })).location).toBeNull();
  });

  test('strange metadata gives names without control characters and of bounded length', async () => {
    const { camera } = await factsOfNew({
      camera: { make: ' <b>Maker</b>\u0007 ', model: 'x'.repeat(1_000), lens: ' ' },
    });
    expect(camera).toEqual({ make: '<b>Maker</b>', model: 'x'.repeat(200), lens: null });
  });

  test('strange metadata never makes the reading fail, whichever bytes are wrong', async () => {
    const whole = await Promise.all(
      (['jpeg', 'png', 'webp', 'avif', 'gif'] as const).map((format) =>
        picture({
          format,
          width: 32,
          height: 24,
          seed: 3,
          takenAt: '2019-07-01T10:00:00',
          gps: { latitude: 1, longitude: 2 },
        }),
      ),
    );
    const damage = fc.array(fc.tuple(fc.nat(900), fc.nat(255)), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...whole), damage, async (bytes, places) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of places) damaged[12 + (at % (bytes.length - 12))] = value;
        const outcome = await factsOf(damaged).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(AppError);
      }),
      { numRuns: 500 },
    );
  });
});
