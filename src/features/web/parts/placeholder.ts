import { thumbHashToRGBA } from 'thumbhash';

/** Pixels on the long side. The browser smooths them when it enlarges them, which looks like a blurred photo. */
const LONG_SIDE = 6;

/** Bytes before the pixels: file header and BITMAPINFOHEADER. */
const HEAD_BYTES = 54;

/**
 * Returns a `data:` URL of a tiny bitmap for a thumbhash in base64: some 200 characters. The content policy allows no
 * style on a single photo, but it allows such a picture. A PNG of the same pixels would be longer.
 */
export function placeholderUrl(thumbhash: string): string {
  const { w, h, rgba } = thumbHashToRGBA(Buffer.from(thumbhash, 'base64'));
  const scale = LONG_SIDE / Math.max(w, h);
  const [width, height] = [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))];
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const bitmap = Buffer.alloc(HEAD_BYTES + rowBytes * height);
  bitmap.write('BM', 'latin1');
  bitmap.writeUInt32LE(bitmap.length, 2);
  bitmap.writeUInt32LE(HEAD_BYTES, 10);
  bitmap.writeUInt32LE(40, 14);
  bitmap.writeInt32LE(width, 18);
  // A negative height says that the first row is the top.
  bitmap.writeInt32LE(-height, 22);
  bitmap.writeUInt16LE(1, 26);
  bitmap.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 4 * (Math.floor(((y + 0.5) * h) / height) * w + Math.floor(((x + 0.5) * w) / width));
      const [red = 0, green = 0, blue = 0] = rgba.subarray(from, from + 3);
      bitmap.set([blue, green, red], HEAD_BYTES + y * rowBytes + 3 * x);
    }
  }
  return `data:image/bmp;base64,${bitmap.toString('base64')}`;
}
