import type { ImageType } from '../formats.ts';
import { feed } from '../parsers/byte-parser.ts';
import { nothingFound, type PixelCoding, type Findings, type ImageSize } from '../parsers/findings.ts';
import { parseImage } from '../parsers/image.ts';

/** What decides how much memory the decode of a picture takes. */
export interface PictureFacts extends ImageSize, PixelCoding {
  type: ImageType;
  /** The most pixels that a decoder holds at once. */
  pixels: number;
  /** Of the file. */
  bytes: number;
}

/** Reads them from the head of a file. Facts that the head does not contain are assumed to be the worst. */
export function readPictureFacts(file: Buffer, type: ImageType): PictureFacts {
  const findings = nothingFound();
  const push = feed(parseImage(type, findings));
  for (let at = 0; at < file.length && !isTold(findings, type); at += PIECE_BYTES)
    push(file.subarray(at, at + PIECE_BYTES));
  return pictureFacts(findings, type, file.length);
}

/** The same of what a parser has found. */
export function pictureFacts(findings: Findings, type: ImageType, bytes: number): PictureFacts {
  const { size = { width: 0, height: 0 }, coding = WORST } = findings;
  return { ...size, ...coding, pixels: Math.max(findings.pixels, size.width * size.height), type, bytes };
}

/** A PNG may declare its opacity until its pixels begin. There its parser knows the orientation. */
const isTold = ({ size, coding, orientation }: Findings, type: ImageType) =>
  size !== undefined && coding !== undefined && (type !== 'image/png' || orientation !== undefined);

const PIECE_BYTES = 2 ** 16;

const WORST: PixelCoding = { samples: 3, bits: 16, alpha: true, whole: true };
