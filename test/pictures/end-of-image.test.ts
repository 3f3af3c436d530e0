import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DecodeQueue } from '../../src/pictures/decoding/decode-queue.ts';
import { conclude, examine, examineSource } from '../../src/pictures/examine.ts';
import { sniffType, type ImageType } from '../../src/pictures/formats.ts';
import { indexBehind } from '../support/file-parts.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';

const FORMATS = ['jpeg', 'png', 'gif', 'webp', 'avif'] as const;

function isWhole(type: ImageType, ...chunks: Uint8Array[]): boolean {
  const end = examine(type);
  for (const chunk of chunks) end.push(chunk);
  return end.complete;
}

const CONTEXT = { uploadedAt: Date.UTC(2026, 10, 20, 18) };

const outcomeOf = (result: Promise<object>) => result.catch(String);

const sourceOf = (bytes: Buffer) => ({
  size: bytes.length,
  read: async (start: number, end: number) => Promise.resolve(bytes.subarray(start, end)),
});

/** Cuts bytes at the given fractions of their length. */
function cut(bytes: Buffer, fractions: number[]): Buffer[] {
  const places = [0, ...fractions.map((fraction) => Math.floor(fraction * bytes.length)).sort((a, b) => a - b)];
  return places.map((place, index) => bytes.subarray(place, places[index + 1]));
}

describe.each(FORMATS)('the end of a %s', (format) => {
  const type = `image/${format}` as const;

  test('the end of a picture is found in a whole file, and again with a tail behind it', async () => {
    const bytes = await picture({ format, width: 64, height: 48, takenAt: '2019-07-01T10:00:00' });
    expect(isWhole(type, bytes)).toBe(true);
    expect(isWhole(type, bytes, Buffer.alloc(100))).toBe(true);
  });

  test('the end of a picture is missing wherever the file is cut', async () => {
    const bytes = await picture({ format, width: 64, height: 48, seed: 1 });
    const whole = Array.from({ length: bytes.length }, (_, length) => length).filter((length) =>
      isWhole(type, bytes.subarray(0, length)),
    );
    expect(whole).toEqual([]);
  });

  test('the end of a picture is the same for every way to cut the stream into chunks', async () => {
    const whole = await picture({ format, width: 64, height: 48, seed: 2, takenAt: '2019-07-01T10:00:00' });
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fraction, fc.array(fraction, { maxLength: 40 }), (kept, places) => {
        const bytes = whole.subarray(0, Math.ceil(kept * 1.1 * whole.length));
        expect(isWhole(type, ...cut(bytes, places))).toBe(isWhole(type, bytes));
      }),
    );
  });

  test('the end of a picture and its facts are the same for a file that is read in ranges', async () => {
    const whole = await picture({ format, width: 64, height: 48, seed: 3, takenAt: '2019-07-01T10:00:00' });
    const tails = [0, 100, 300_000];
    const kept = fc.integer({ min: 32, max: whole.length });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tails), kept, async (tail, length) => {
        const bytes = Buffer.concat([whole.subarray(0, length), Buffer.alloc(tail)]);
        const passing = examine(type);
        passing.push(bytes);
        const read = await examineSource(type, sourceOf(bytes));
        expect(read.complete).toBe(passing.complete);
        expect(await outcomeOf(read.facts(CONTEXT))).toEqual(await outcomeOf(passing.facts(CONTEXT)));
      }),
      { numRuns: 20 },
    );
  });

  test('the end of a picture is not found in noise, and noise does no harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (noise) => {
        const end = examine(type);
        end.push(noise);
        end.push(noise);
      }),
    );
  });
});

describe('an AVIF whose index stands behind its pixels', async () => {
  const made = { format: 'avif', width: 64, height: 48, seed: 4, takenAt: '2019-07-01T10:00:00' } as const;
  const bytes = indexBehind(await picture(made));

  test('an AVIF with its index behind its pixels is whole at its last byte, and not whole wherever it is cut before', () => {
    const whole = Array.from({ length: bytes.length + 1 }, (_, length) => length).filter((length) =>
      isWhole('image/avif', bytes.subarray(0, length)),
    );
    expect(whole).toEqual([bytes.length]);
    expect(isWhole('image/avif', bytes, Buffer.alloc(100))).toBe(true);
  });

  test('an AVIF with its index behind its pixels is not whole when a part lies behind its end', () => {
    const elsewhere = Buffer.from(bytes);
    const at = bytes.indexOf('iloc') + 4 + 8 + 4;
    elsewhere.writeUInt32BE(bytes.length, at);
    expect(isWhole('image/avif', elsewhere)).toBe(false);
  });

  test('an AVIF with its index behind its pixels gives its size while it passes, and its metadata when that is read again', async () => {
    const passing = examine('image/avif');
    for (const chunk of cut(bytes, [0.1, 0.2, 0.5, 0.9])) passing.push(chunk);
    expect(await passing.facts(CONTEXT)).toMatchObject({ width: 64, height: 48, takenAt: { source: 'upload' } });
    const source = sourceOf(bytes);
    for (const picture of [passing, await examineSource('image/avif', source)]) {
      const conclusion = await conclude({ decodes: new DecodeQueue() }, picture, { ...CONTEXT, source, user: 'ana' });
      expect(conclusion).toMatchObject({ needsChecksum: false, facts: { takenAt: { source: 'exif' } } });
    }
  });
});

test('a thumbnail with an end of its own inside the metadata does not end a JPEG', async () => {
  const bytes = await picture({ width: 64, height: 48 });
  const thumbnail = await picture({ width: 16, height: 12 });
  const segment = Buffer.concat([Buffer.of(0xff, 0xe1, 0, 0), thumbnail]);
  segment.writeUInt16BE(thumbnail.length + 2, 2);
  const whole = Buffer.concat([bytes.subarray(0, 2), segment, bytes.subarray(2)]);
  expect(isWhole('image/jpeg', whole)).toBe(true);
  expect(isWhole('image/jpeg', whole.subarray(0, -2))).toBe(false);
});

test('the end of a large JPEG is found by its head and its tail alone', async () => {
  const bytes = await picture({ width: 64, height: 48 });
  const [start, end] = [bytes.subarray(0, -2), bytes.subarray(-2)];
  const large = Buffer.concat([start, Buffer.alloc(20_000_000), end]);
  let readBytes = 0;
  const source = sourceOf(large);
  const counting = {
    ...source,
    async read(from: number, to: number) {
      readBytes += to - from;
      return source.read(from, to);
    },
  };
  expect((await examineSource('image/jpeg', counting)).complete).toBe(true);
  expect(readBytes).toBeLessThan(500_000);
});

test('one byte at a time gives the verdict of one chunk', async () => {
  for (const format of FORMATS) {
    const bytes = await picture({ format, width: 64, height: 48 });
    expect(
      isWhole(
        `image/${format}`,
        ...cut(
          bytes,
          [...bytes.keys()].map((at) => at / bytes.length),
        ),
      ),
    ).toBe(true);
  }
});

test.skipIf(!realPhotos)(`every real file that must be taken has its end, and no cut one has${whyNoRealPhotos}`, () => {
  const verdicts = new Map(
    (realPhotos ?? []).map(({ name, path }) => {
      const bytes = readFileSync(path);
      const type = sniffType(bytes);
      return [name, type !== undefined && isWhole(type, bytes)];
    }),
  );
  const accepted = (realPhotos ?? []).filter(({ truth }) => truth.expect === 'accept');
  expect(accepted.filter(({ name }) => !verdicts.get(name))).toEqual([]);
  const cutOff = ['truncated.jpg', 'cut-half.jpg', 'cut-head.jpg', 'truncated_image.png', 'imageSizeError.jpg'];
  expect(cutOff.filter((name) => verdicts.get(name))).toEqual([]);
});
