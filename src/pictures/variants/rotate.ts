import { decoding, type Decoder } from '../decoding/decoder.ts';
import { reopen, type Pixels } from '../decoding/pixels.ts';
import { release } from '../../runtime/free-memory.ts';
import { rotatedSize, type Rotation } from '../../runtime/rotation.ts';

/** Turns decoded pixels clockwise. Gives the memory of the given ones back if it makes others. */
export async function rotate(open: Decoder, pixels: Pixels, rotation: Rotation): Promise<Pixels> {
  if (rotation === 0) return pixels;
  const data = await decoding(open, () => reopen(open, pixels).rotate(rotation).raw().toBuffer());
  release(pixels.data);
  return { data, ...rotatedSize(pixels, rotation) };
}

/** Orientations of EXIF (CIPA DC-008, 4.6.4), each a quarter turn clockwise behind the one before it. */
const QUARTER_TURNS = [
  [1, 6, 3, 8],
  [2, 7, 4, 5],
];

/** The EXIF orientation that shows a picture as `orientation` does, and then turned clockwise. */
export function rotatedOrientation(orientation: number, rotation: Rotation): number {
  const circle = QUARTER_TURNS.find((each) => each.includes(orientation)) ?? QUARTER_TURNS[0]!;
  return circle[(Math.max(0, circle.indexOf(orientation)) + rotation / 90) % 4]!;
}
