import { deflateSync } from 'node:zlib';
import { pngChunk } from './png.ts';

/** A JPEG with blocks of EXIF right behind its head, in this order. */
export function jpegWith(jpeg: Buffer, blocks: Buffer[]): Buffer {
  const segments = blocks.map((block) => {
    const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);
    const head = Buffer.of(0xff, 0xe1, 0, 0);
    head.writeUInt16BE(body.length + 2, 2);
    return Buffer.concat([head, body]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** A PNG with further chunks before or behind its pixels. */
export function pngWith(png: Buffer, chunk: Buffer, where: 'before' | 'behind'): Buffer {
  const at = where === 'before' ? png.indexOf('IDAT') - 4 : png.lastIndexOf('IEND') - 4;
  return Buffer.concat([png.subarray(0, at), chunk, png.subarray(at)]);
}

export const exifChunk = (block: Buffer) => pngChunk('eXIf', block);

/** EXIF as ImageMagick keeps it in a text of a PNG. */
export function rawProfileChunk(block: Buffer): Buffer {
  const profile = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);
  const text = `\nexif\n${String(profile.length).padStart(8)}\n${profile.toString('hex')}\n`;
  return pngChunk('zTXt', Buffer.concat([Buffer.from('Raw profile type exif\0\0', 'latin1'), deflateSync(text)]));
}

const riffChunk = (name: string, content: Buffer) => {
  const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length & 1)]);
};

/** A WebP of one picture in the extended form with EXIF, whose flags may say that there is none (RFC 9649, 2.7). */
export function webpWith(
  webp: Buffer,
  block: Buffer,
  { width, height, flag, where }: { width: number; height: number; flag: boolean; where: 'before' | 'behind' },
): Buffer {
  const extended = Buffer.alloc(10);
  extended[0] = flag ? 0x08 : 0;
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(height - 1, 7, 3);
  const [picture, exif] = [webp.subarray(12), riffChunk('EXIF', block)];
  const chunks = [riffChunk('VP8X', extended), ...(where === 'before' ? [exif, picture] : [picture, exif])];
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(4 + Buffer.concat(chunks).length, 4);
  return Buffer.concat([head, ...chunks]);
}

/** A GIF of another screen, whose first frame begins elsewhere (GIF89a, chapters 18 and 20). */
export function gifWith(
  gif: Buffer,
  { screen, left, top }: { screen: { width: number; height: number }; left: number; top: number },
): Buffer {
  const bytes = Buffer.from(gif);
  bytes.writeUInt16LE(screen.width, 6);
  bytes.writeUInt16LE(screen.height, 8);
  const frame = bytes.indexOf(0x2c, 13 + ((bytes[10] ?? 0) & 0x80 ? 3 * 2 ** (((bytes[10] ?? 0) & 7) + 1) : 0));
  bytes.writeUInt16LE(left, frame + 1);
  bytes.writeUInt16LE(top, frame + 3);
  return bytes;
}
