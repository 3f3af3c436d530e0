import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { loadDecoder } from '../../src/pictures/decoding/decoder.ts';
import { decodeHeic, withProfile } from '../../src/pictures/decoding/heic.ts';
import { decodeInThread } from '../../src/pictures/decoding/heic-thread.ts';
import type { ImageType } from '../../src/pictures/formats.ts';
import { hdrColourOf } from '../../src/pictures/hdr/signalled-colour.ts';
import { toneMap } from '../../src/pictures/hdr/tone-map.ts';
import { decodeLarge, makeVariant, makeVariants } from '../../src/pictures/variants/variants.ts';
import { DISPLAY_P3, profileOf } from '../support/colour-space.ts';
import { deltaE, HLG_2020, PQ_2020, PQ_P3, shownInSrgb, withCicp, withNclx, type Codes } from '../support/hdr.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { hasReportedFiles, reportedFile, whyNoReportedFiles } from '../support/reported-files.ts';
import { chromiumPath, sharedChromium, unlessMissing } from '../web/chromium.ts';

const [WIDTH, HEIGHT, FIELD] = [256, 192, 32];

/** Codes of 16 bits, in fields: from dark to bright along a row, each row of another colour. */
const coded = Uint16Array.from({ length: WIDTH * HEIGHT * 3 }, (_, at) => {
  const [x, y, channel] = [Math.floor(at / 3) % WIDTH, Math.floor(at / 3 / WIDTH), at % 3];
  const tint = [[1, 1, 1], [1, 0.85, 0.7], [0.75, 1, 0.8], [0.75, 0.8, 1], [1, 0.9, 0.95], [0.9, 0.6, 0.6]]; // prettier-ignore
  const bright = 0.1 + (0.9 * Math.floor(x / FIELD)) / 8;
  return Math.round(65_535 * bright * (tint[Math.floor(y / FIELD)]?.[channel] ?? 0));
});

const picture = () => {
  const { buffer } = coded;
  return sharp(new Uint16Array(buffer), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).toColourspace('rgb16');
};

/** A profile that says of itself by a `cicp` tag what its numbers mean (ICC.1:2022, 9.2.17). */
function profileWith({ primaries, transfer }: Codes): Buffer {
  const profile = profileOf(DISPLAY_P3);
  const [copyright, tag] = [profile.indexOf('cprt'), Buffer.from('cicp\0\0\0\0', 'latin1')];
  profile.write('cicp', copyright, 'latin1');
  const at = profile.readUInt32BE(copyright + 4);
  tag.copy(profile, at);
  profile.set([primaries, transfer, 0, 1], at + 8);
  return profile;
}

/** The mean and the largest difference between what is shown and what the formulas say, in the middle of the fields. */
async function difference(jpeg: Buffer, reference: (x: number, y: number) => number[]) {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const apart: number[] = [];
  for (let y = FIELD / 2; y < HEIGHT; y += FIELD) {
    for (let x = FIELD / 2; x < WIDTH; x += FIELD) {
      const at = (y * info.width + x) * 3;
      apart.push(deltaE([...data.subarray(at, at + 3)], reference(x, y)));
    }
  }
  return { mean: apart.reduce((sum, one) => sum + one, 0) / apart.length, most: Math.max(...apart) };
}

const codesAt = (x: number, y: number) => [...coded.subarray((y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3)];

describe.each([
  ['PQ in BT.2020', PQ_2020],
  ['HLG in BT.2020', HLG_2020],
  ['PQ in P3', PQ_P3],
])('a picture in %s', (_, codes) => {
  const files: [string, ImageType, () => Promise<Buffer>][] = [
    ['an AVIF of 8 bits', 'image/avif', () => avif(8)],
    ['an AVIF of 10 bits', 'image/avif', () => avif(10)],
    ['an AVIF of 12 bits', 'image/avif', () => avif(12)],
    ['a PNG by its cICP', 'image/png', async () => withCicp(await picture().png().toBuffer(), codes)],
    [
      'a PNG by its profile',
      'image/png',
      async () => withProfile(await picture().png().toBuffer(), profileWith(codes)),
    ],
  ];
  const avif = async (bitdepth: 8 | 10 | 12) =>
    withNclx(await picture().avif({ bitdepth, quality: 95, effort: 0, chromaSubsampling: '4:4:4' }).toBuffer(), codes);

  test.each(files)('as %s is shown in sRGB with its light rolled off', async (_what, type, make) => {
    const { variants } = await makeVariants(await make(), type);
    const { mean, most } = await difference(variants.medium.bytes, (x, y) =>
      shownInSrgb(
        codesAt(x, y).map((code) => code / 65_535),
        codes,
      ),
    );
    // An AVIF has lost some of what the reference begins with.
    expect(mean).toBeLessThan(type === 'image/avif' ? 3.5 : 2);
    expect(most).toBeLessThan(type === 'image/avif' ? 12 : 6);
  });
});

test('a picture in BT.2020 and PQ is shown so in each format that is made on demand', async () => {
  const png = withCicp(await picture().png().toBuffer(), PQ_2020);
  for (const format of ['webp', 'avif'] as const) {
    const { bytes } = await makeVariant(await decodeLarge(png, 'image/png'), { size: 'large', format });
    const shown = await difference(bytes, (x, y) =>
      shownInSrgb(
        codesAt(x, y).map((code) => code / 65_535),
        PQ_2020,
      ),
    );
    expect(shown.mean).toBeLessThan(5);
  }
});

test.each([
  ['of eight bits', (image: Sharp) => image.toColourspace('srgb')],
  ['in grey', (image: Sharp) => image.toColourspace('grey16')],
  ['with transparency', (image: Sharp) => image.ensureAlpha(1)],
  ['with a palette', (image: Sharp) => image.toColourspace('srgb').png({ palette: true })],
])('a PNG in PQ %s is shown as one of three numbers of 16 bits is', async (_what, as) => {
  const grey = Uint16Array.from({ length: 64 * 64 * 3 }, () => 0.6 * 65_535);
  const image = sharp(grey, { raw: { width: 64, height: 64, channels: 3 } }).toColourspace('rgb16');
  const png = withCicp(await as(image.png()).toBuffer(), PQ_2020);
  const { data } = await sharp((await makeVariants(png, 'image/png')).variants.medium.bytes)
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(deltaE([...data.subarray(0, 3)], shownInSrgb([0.6, 0.6, 0.6], PQ_2020))).toBeLessThan(2);
});

test('pixels of other codes are not touched: a PNG that says it is sRGB is shown as it was', async () => {
  const plain = await picture().png().toBuffer();
  const [told, untold] = await Promise.all(
    [withCicp(plain, { primaries: 1, transfer: 13 }), plain].map((png) => makeVariants(png, 'image/png')),
  );
  expect(told?.variants.medium.bytes).toEqual(untold?.variants.medium.bytes);
});

test('the conversion gives way to other work', async () => {
  let turns = 0;
  const counting = setInterval(() => (turns += 1));
  const data = new Uint16Array(512 * 512 * 3).fill(30_000);
  await toneMap({ data, width: 512, height: 512, bits: 10 }, { primaries: 'bt2020', transfer: 'pq', peak: 1000 });
  clearInterval(counting);
  expect(turns).toBeGreaterThan(3);
});

test.skipIf(!realPhotos)(`a HEIC in PQ is shown in sRGB at the depth of its decoder${whyNoRealPhotos}`, async () => {
  const path = realPhotos?.find(({ name }) => name === 'IMG_7943.HEIC')?.path ?? '';
  const heic = readFileSync(path);
  // Its box is longer than it need be: what follows the codes is passed by.
  heic.write('nclx\0\x09\0\x10\0\x09\x80', heic.indexOf('colrprof') + 4, 'latin1');
  const { data, width, height } = await decodeInThread(heic);
  const hdr = hdrColourOf(heic, 'image/heic', undefined);
  // It says itself, in a `clli` box, that nothing in it is brighter than white.
  expect(hdr).toEqual({ primaries: 'bt2020', transfer: 'pq', peak: 203 });

  // Compared before it is a JPEG, which by itself moves the colours of this small picture by a ΔE of seven.
  const shown = await decodeHeic(await loadDecoder(), { bytes: heic, profile: undefined, hdr }, { width, height });
  const apart = Array.from({ length: width * height }, (_, at) => {
    const code = [...data.subarray(4 * at, 4 * at + 3)].map((value) => value / 255);
    return deltaE([...shown.data.subarray(3 * at, 3 * at + 3)], shownInSrgb(code, PQ_2020, 203));
  });
  expect(apart.reduce((sum, one) => sum + one, 0) / apart.length).toBeLessThan(1);

  const [thumb, before] = await Promise.all(
    [heic, readFileSync(path)].map(async (file) => (await makeVariants(file, 'image/heic')).color),
  );
  expect(thumb).not.toBe(before);
});

test.skipIf(!hasReportedFiles || !chromiumPath)(
  `the reported picture looks as in Chromium${whyNoReportedFiles}${unlessMissing}`,
  async () => {
    const file = reportedFile('hdr-pq-rec2020.avif');
    const page = await (await sharedChromium()).newPage();
    await page.setContent(`<body style="margin:0"><img src="data:image/avif;base64,${file.toString('base64')}">`);
    const [there, here] = [
      await page.locator('img').screenshot(),
      (await makeVariants(file, 'image/avif')).variants.medium,
    ];
    await page.close();
    const [a, b] = await Promise.all(
      [there, here.bytes].map((bytes) => sharp(bytes).removeAlpha().resize(24, 24, { fit: 'fill' }).raw().toBuffer()),
    );
    const apart = [...(a ?? [])].map((value, at) => Math.abs(value - (b?.[at] ?? 0)));
    expect(apart).toHaveLength(24 * 24 * 3);
    expect(apart.reduce((sum, one) => sum + one, 0) / apart.length).toBeLessThan(10);
  },
);
