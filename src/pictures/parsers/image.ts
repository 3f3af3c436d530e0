import type { ImageType } from '../formats.ts';
import type { Parser } from './byte-parser.ts';
import type { Findings } from './findings.ts';
import { parseGif } from './gif.ts';
import { parseHeif } from './heif.ts';
import { parseJpeg } from './jpeg.ts';
import { parsePng } from './png.ts';
import { parseWebp } from './webp.ts';

/** Returns the parser for a file of that type. It writes what it finds into `findings`. */
export function parseImage(type: ImageType, findings: Findings): Parser {
  return PARSERS[type](findings);
}

const PARSERS: Record<ImageType, (findings: Findings) => Parser> = {
  'image/jpeg': parseJpeg,
  'image/png': parsePng,
  'image/gif': parseGif,
  'image/webp': parseWebp,
  'image/avif': parseHeif,
  'image/heic': parseHeif,
};
