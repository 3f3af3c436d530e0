import { createHash } from 'node:crypto';
import { cameraPhoto, numbered } from '../../bench/camera-photo.ts';
import { picture } from '../../support/picture.ts';
import type { Randomness } from './randomness.ts';

export interface PhotoFile {
  bytes: Buffer;
  sha256: string;
}

const LARGEST_PADDING = 3_000_000;
/** One in so many is a picture of 12 megapixels; the others are small to decode, not to send. */
const ONE_LARGE_IN = 10;

/** Photos of 50 KB to 4 MB, no two with the same bytes. */
export async function photoFiles(random: Randomness): Promise<() => PhotoFile> {
  const small = await picture({ width: 1280, height: 960, takenAt: '2019-07-01T10:00:00' });
  const large = await cameraPhoto();
  let count = 0;
  return () => {
    const isLarge = random.whole(1, ONE_LARGE_IN) === 1;
    const padding = Buffer.alloc(isLarge ? 0 : random.whole(0, LARGEST_PADDING));
    const bytes = Buffer.concat([...numbered(isLarge ? large : small, ++count), padding]);
    return { bytes, sha256: sha256Of(bytes) };
  };
}

export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
