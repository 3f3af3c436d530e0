import { examine } from '../../src/pictures/examine.ts';
import type { Facts } from '../../src/pictures/facts/facts.ts';
import { sniffType, type ImageType } from '../../src/pictures/formats.ts';
import { picture, type PictureOptions } from '../support/picture.ts';

/** When every picture of these tests is uploaded: 20 November 2026, 18:00 UTC. */
const UPLOADED_AT = Date.UTC(2026, 10, 20, 18);
const CHUNK = 64 * 1024;

/** The facts of a file that passes in chunks, as an upload does. */
export async function factsOf(bytes: Buffer, fileName?: string): Promise<Facts> {
  const examination = examine(sniffType(bytes) as ImageType);
  for (let at = 0; at < bytes.length; at += CHUNK) examination.push(bytes.subarray(at, at + CHUNK));
  return examination.facts({ uploadedAt: UPLOADED_AT, ...(fileName === undefined ? {} : { fileName }) });
}

/** The facts of a picture that is made for it. */
export async function factsOfNew(options: PictureOptions, fileName?: string): Promise<Facts> {
  return factsOf(await picture(options), fileName);
}
