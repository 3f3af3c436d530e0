import sharp from 'sharp';
import type { ImageSize } from '../../src/pictures/parsers/findings.ts';

/**
 * A grey JPEG of any size in little time: the head is sharp's, and each block of pixels is coded as "like the one
 * before" with the tables of ITU-T T.81, annex K.3.
 */
export async function largeJpeg(size: ImageSize): Promise<Buffer> {
  const { head, scan } = await startOf(size, '4:2:0');
  // Four blocks of light, 00 1010 each, and two of colour, 00 00 each, make 16 x 16 pixels.
  const blocks = Math.ceil(size.width / 16) * Math.ceil(size.height / 16);
  return Buffer.concat([head, scan, Buffer.alloc(4 * blocks, '28a28a00', 'hex'), END]);
}

/** The same, progressive and of full chroma, with its first scan alone: decoders hold six bytes of each pixel. */
export async function largeProgressiveJpeg(size: ImageSize): Promise<Buffer> {
  const { head, scan } = await startOf(size, '4:4:4');
  head[head.lastIndexOf(BASELINE) + 1] = 0xc2;
  scan.set([0, 0, 0], scan.length - 3);
  // Three blocks, 00 each, make 8 x 8 pixels.
  const blocks = Math.ceil(size.width / 8) * Math.ceil(size.height / 8);
  return Buffer.concat([head, scan, Buffer.alloc(Math.ceil((6 * blocks) / 8)), END]);
}

const END = Buffer.of(0xff, 0xd9);
const BASELINE = Buffer.of(0xff, 0xc0);
const SCAN = Buffer.of(0xff, 0xda);

async function startOf({ width, height }: ImageSize, chromaSubsampling: string) {
  const tiny = sharp({ create: { width: 16, height: 16, channels: 3, background: '#808080' } });
  const jpeg = await tiny.jpeg({ optimizeCoding: false, chromaSubsampling }).toBuffer();
  const frame = jpeg.indexOf(BASELINE);
  jpeg.writeUInt16BE(height, frame + 5);
  jpeg.writeUInt16BE(width, frame + 7);
  const at = jpeg.indexOf(SCAN);
  const end = at + 2 + jpeg.readUInt16BE(at + 2);
  return { head: jpeg.subarray(0, at), scan: jpeg.subarray(at, end) };
}
