import { examine, type Examination } from './examine.ts';
import type { ImageType } from './formats.ts';

/** The part of an examination that tells whether a picture is whole. */
export type EndOfImage = Pick<Examination, 'push' | 'complete'>;

/** Tells a file that was cut off from a whole one while its bytes pass. */
export function endOfImage(type: ImageType): EndOfImage {
  return examine(type);
}
