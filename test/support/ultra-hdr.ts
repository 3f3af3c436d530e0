import { execFileSync } from 'node:child_process';
import sharp, { type Sharp } from 'sharp';

type WithGainMap = Sharp & { withGainMap(): Sharp };

export interface UltraHdrOptions {
  /** In pixels, as stored. */
  width: number;
  height: number;
  orientation?: number;
}

/** A JPEG with a gain map, and with metadata that tells of the camera: its right half shines more. */
export async function ultraHdr({ width, height, orientation = 1 }: UltraHdrOptions): Promise<Buffer> {
  const light = Float32Array.from({ length: width * height * 3 }, (_, at) => {
    const x = Math.floor(at / 3) % width;
    return x < width / 2 ? 20_000 : 60_000;
  });
  const raw = { width, height, channels: 3 } as const;
  // Its types do not know of this yet.
  const image = sharp(light, { raw }) as WithGainMap;
  const hdr = await image.withGainMap().jpeg({ quality: 90 }).toBuffer();
  // With a gain map sharp writes an EXIF block of its own: another takes its place.
  const told = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .withExif({ IFD0: { Make: 'Telltale' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '41/1 0/1 0/1' } })
    .withMetadata({ orientation })
    .jpeg()
    .toBuffer();
  const [old, fresh] = [exifIn(hdr), exifIn(told)];
  return Buffer.concat([hdr.subarray(0, old.start), told.subarray(fresh.start, fresh.end), hdr.subarray(old.end)]);
}

/** Where the EXIF segment of a JPEG lies, its marker included. */
function exifIn(jpeg: Buffer): { start: number; end: number } {
  const start = jpeg.indexOf('Exif\0\0') - 4;
  return { start, end: start + 2 + jpeg.readUInt16BE(start + 2) };
}

/**
 * The size of the gain map that libultrahdr finds in each of these files; null where it finds none. In a process of its
 * own, since the service closes this loader of libvips.
 */
export function mapSizes(files: Buffer[]): ({ width: number; height: number } | null)[] {
  const input = JSON.stringify(files.map((file) => file.toString('base64')));
  return JSON.parse(execFileSync(process.execPath, ['-e', PROBE], { input, cwd: import.meta.dirname }).toString()) as ({
    width: number;
    height: number;
  } | null)[];
}

const PROBE = `
  const sharp = require('sharp');
  const sizeOf = async (file) => {
    const { gainMap } = await sharp(Buffer.from(file, 'base64')).metadata();
    if (!gainMap) return null;
    const { width, height } = await sharp(gainMap.image).metadata();
    return { width, height };
  };
  const files = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  Promise.all(files.map(sizeOf)).then((sizes) => console.log(JSON.stringify(sizes)));
`;

/** The side of a picture whose middle is the brightest. */
export async function brightestSide(image: Buffer): Promise<'left' | 'right' | 'top' | 'bottom' | undefined> {
  const data = await sharp(image).resize(9, 9, { fit: 'fill' }).toColourspace('b-w').raw().toBuffer();
  const middles = [
    ['left', data[4 * 9]],
    ['right', data[4 * 9 + 8]],
    ['top', data[4]],
    ['bottom', data[8 * 9 + 4]],
  ] as const;
  return middles.toSorted(([, one = 0], [, other = 0]) => other - one)[0]?.[0];
}
