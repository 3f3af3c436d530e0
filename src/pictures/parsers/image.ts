import type { ImageType } from '../formats.ts';
import type { Walk } from './byte-walk.ts';
import type { Findings } from './findings.ts';
import { walkGif } from './gif.ts';
import { walkHeif } from './heif.ts';
import { walkJpeg } from './jpeg.ts';
import { walkPng } from './png.ts';
import { walkWebp } from './webp.ts';

/** The walk over a file of that type; what it finds on its way it writes into `findings`. */
export function walkImage(type: ImageType, findings: Findings): Walk {
  return WALKS[type](findings);
}

const WALKS: Record<ImageType, (findings: Findings) => Walk> = {
  'image/jpeg': walkJpeg,
  'image/png': walkPng,
  'image/gif': walkGif,
  'image/webp': walkWebp,
  'image/avif': walkHeif,
  'image/heic': walkHeif,
};
