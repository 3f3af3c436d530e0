import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sniffType } from '../../src/pictures/formats.ts';
import { factsIn, realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { factsOf } from './facts-of.ts';

/** Refused by its size or for want of one; the others of the refused files have no kind or no end. */
const REFUSED: Record<string, string> = {
  'bomb-30000x30000.png': 'too-many-pixels',
  'bomb-header-65500.jpg': 'too-many-pixels',
  'decompression_bomb.gif': 'too-many-pixels',
  'corrupt-header.jpg': 'damaged-image',
  'cut-head.jpg': 'damaged-image',
};

/** Keywords, which some have in IPTC alone, and ratings, which one has in EXIF, as ExifReader reads them. */
const TAGGED = [
  ['exiftool-GPS.jpg', { tags: ['Communications'] }],
  ['before_epoch.jpg', { tags: ['Bambi', 'USA', 'USA Road trip', 'Yosemite'], rating: 2 }],
  ['Chars.jpg', { tags: ['æÆøØåÅéÉüÜäÄöÖïÏñÑ', 'abcdefghijklmnopqrstuvwxyz'] }],
  ['mongolels.jpg', { rating: 3 }],
  ['prairie_falcon.jpg', { tags: expect.arrayContaining(['SFAN', 'prairie falcons']) as string[] }],
] as const;

const pictures = (realPhotos ?? []).filter(({ path }) => sniffType(readFileSync(path)));

describe.skipIf(!realPhotos)(`real files${whyNoRealPhotos}`, () => {
  test.each(pictures.filter(({ name }) => !REFUSED[name]))('$name says what independent tools read', async (photo) => {
    expect(await factsOf(readFileSync(photo.path), photo.name)).toMatchObject(factsIn(photo.truth));
  });

  test.each(TAGGED)('%s has the tags and the rating that other tools read', async (name, facts) => {
    const path = realPhotos?.find((photo) => photo.name === name)?.path ?? '';
    expect(await factsOf(readFileSync(path), name)).toMatchObject(facts);
  });

  test.each(pictures.filter(({ name }) => REFUSED[name]))('$name is refused', async ({ name, path }) => {
    await expect(factsOf(readFileSync(path))).rejects.toMatchObject({ code: REFUSED[name] });
  });
});
