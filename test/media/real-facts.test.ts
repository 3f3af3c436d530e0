import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sniffType } from '../../src/media/formats.ts';
import { realPhotos, whyNoRealPhotos, type Truth } from '../support/real-photos.ts';
import { factsOf } from './facts-of.ts';

/** Refused by its size or for want of one; the others of the refused files have no kind or no end. */
const REFUSED: Record<string, string> = {
  'bomb-30000x30000.png': 'too-many-pixels',
  'bomb-header-65500.jpg': 'too-many-pixels',
  'decompression_bomb.gif': 'too-many-pixels',
  'corrupt-header.jpg': 'damaged-image',
  'cut-head.jpg': 'damaged-image',
};

const pictures = (realPhotos ?? []).filter(({ path }) => sniffType(readFileSync(path)));

describe.skipIf(!realPhotos)(`real files${whyNoRealPhotos}`, () => {
  test.each(pictures.filter(({ name }) => !REFUSED[name]))('$name says what independent tools read', async (photo) => {
    expect(await factsOf(readFileSync(photo.path), photo.name)).toMatchObject(expected(photo.truth));
  });

  test.each(pictures.filter(({ name }) => REFUSED[name]))('$name is refused', async ({ name, path }) => {
    await expect(factsOf(readFileSync(path))).rejects.toMatchObject({ code: REFUSED[name] });
  });
});

function expected({ display_width, display_height, capture, gps, make, model, frames }: Truth): object {
  const fraction = capture?.subsec ? `.${capture.subsec}` : '';
  return {
    width: display_width,
    height: display_height,
    takenAt: capture
      ? {
          local: capture.local + fraction,
          offset: capture.offset ?? null,
          utc: capture.utc?.replace('Z', `${fraction}Z`) ?? null,
        }
      : { source: expect.stringMatching(/^(upload|file-name)$/) as string },
    camera: { make, model },
    location: gps?.valid
      ? { latitude: expect.closeTo(gps.lat, 6) as number, longitude: expect.closeTo(gps.lon, 6) as number }
      : null,
    ...(frames !== null && frames > 1 ? { frames } : {}),
  };
}
