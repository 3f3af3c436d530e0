import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { DecodeQueue } from '../../src/pictures/decoding/decode-queue.ts';
import type { ImageType } from '../../src/pictures/formats.ts';
import { requireWhole } from '../../src/pictures/decoding/missing-end.ts';
import { memorySource } from '../../src/pictures/parsers/source-parser.ts';
import { makeVariants } from '../../src/pictures/variants/variants.ts';
import { picture } from '../support/picture.ts';

// libvips has one buffer of error messages for the whole process, so each verdict is taken many times beside others.
const PAIRS = 40;
const SIZE = { width: 96, height: 64 };
const TRAILER = Buffer.from('Image_UTC_Data1549876543210SEFHk\0\0\0\x01\0\0\0SEFT', 'latin1');

const decodes = new DecodeQueue({ atOnce: 4, waiting: 1000 });
const numbers = Array.from({ length: PAIRS }, (_, number) => number);
const outcomeOf = (verdict: Promise<unknown>) => verdict.then(() => 'taken', String);

/** A progressive JPEG of which nothing is missing but its end marker. */
const unmarked = async (seed: number) =>
  (
    await sharp(await picture({ ...SIZE, seed }))
      .jpeg({ progressive: true })
      .toBuffer()
  ).subarray(0, -2);

const judge = (bytes: Buffer, type: ImageType = 'image/jpeg') =>
  requireWhole(decodes, { user: 'ana', type, missing: 'marker', source: memorySource(bytes) });

const make = (key: string, bytes: Buffer, type: ImageType = 'image/jpeg') =>
  decodes.run({ user: 'ana', photo: key, key, bytes: bytes.length, job: () => makeVariants(bytes, type) });

describe('decodes that run at once do not read the messages of each other', () => {
  test('a progressive JPEG before a trailer is whole, and its sizes are made', async () => {
    const files = await Promise.all(numbers.map(async (seed) => Buffer.concat([await unmarked(seed), TRAILER])));
    const judged = files.map((bytes) => outcomeOf(judge(bytes)));
    const made = files.map((bytes, at) => outcomeOf(make(`made-${at}`, bytes)));
    expect(new Set(await Promise.all([...judged, ...made]))).toEqual(new Set(['taken']));
  });

  test('a cut picture is damaged, with its own reason, beside one before a trailer', async () => {
    const sound = await Promise.all(numbers.map(async (seed) => Buffer.concat([await unmarked(seed), TRAILER])));
    const cut = await Promise.all(numbers.map(async (seed) => (await unmarked(seed)).subarray(0, -8)));
    const judged = numbers.flatMap((at) => [outcomeOf(judge(sound[at]!)), reasonOf(judge(cut[at]!))]);
    expect(new Set(await Promise.all(judged))).toEqual(new Set(['taken', 'damaged-image: premature end']));
  });

  test('a picture without a head, one of too many pixels and sound ones keep their verdicts', async () => {
    const sound = await picture({ ...SIZE, seed: 1 });
    const headless = Buffer.concat([Buffer.of(0xff, 0xd8, 0xff), Buffer.alloc(100)]);
    const huge = await sharp(await picture({ width: 64, height: 64, format: 'png', seed: 1 }))
      .png()
      .toBuffer();
    huge.writeUInt32BE(30_000, 16);
    huge.writeUInt32BE(30_000, 20);
    const made = numbers.flatMap((at) => [
      outcomeOf(make(`sound-${at}`, sound)),
      codeOf(make(`headless-${at}`, headless)),
      codeOf(make(`huge-${at}`, huge, 'image/png')),
    ]);
    const counts: Record<string, number> = {};
    for (const outcome of await Promise.all(made)) counts[outcome] = (counts[outcome] ?? 0) + 1;
    expect(counts).toEqual({ taken: PAIRS, 'damaged-image': PAIRS, 'too-many-pixels': PAIRS });
  });
});

const codeOf = (verdict: Promise<unknown>) =>
  verdict.then(
    () => 'taken',
    ({ code }: { code: string }) => code,
  );

const reasonOf = (verdict: Promise<unknown>) =>
  verdict.then(
    () => 'taken though it is cut',
    ({ code, cause }: { code: string; cause: Error }) =>
      `${code}: ${/premature end/.test(String(cause)) ? 'premature end' : String(cause)}`,
  );
