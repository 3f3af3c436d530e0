import sharp, { type Sharp } from 'sharp';

/** As many pixels as the largest cameras make. */
const SIDE = 7746;

const flat = (channels: 3 | 4) =>
  sharp({ create: { width: SIDE, height: SIDE, channels, background: { r: 200, g: 30, b: 30, alpha: 0.5 } } });

/** Small files that take much memory and time to decode. */
const HOSTILE: Record<string, () => Sharp> = {
  avif: () => flat(4).avif({ chromaSubsampling: '4:4:4', effort: 0 }),
  'interlaced-png': () => flat(4).png({ progressive: true, compressionLevel: 9 }),
  'progressive-jpeg': () => flat(3).jpeg({ progressive: true, chromaSubsampling: '4:4:4', quality: 50 }),
  'deep-png': () => flat(3).toColourspace('rgb16').png({ compressionLevel: 9 }),
};

export const HOSTILE_KINDS = Object.keys(HOSTILE);

/** So many files of a kind that differ behind the end of their picture alone. */
export async function hostilePictures(kind: string, count: number): Promise<Buffer[]> {
  const file = await HOSTILE[kind]?.().toBuffer();
  if (!file) throw new Error(`There is no hostile picture of the kind ${kind}.`);
  return Array.from({ length: count }, (_, number) => Buffer.concat([file, freeBox(number)]));
}

/** A box that readers of AVIF pass over (ISO/IEC 14496-12, 8.1.2); other formats have ended before it. */
function freeBox(number: number): Buffer {
  const box = Buffer.alloc(12);
  box.writeUInt32BE(box.length);
  box.write('free', 4, 'latin1');
  box.writeUInt32BE(number, 8);
  return box;
}
