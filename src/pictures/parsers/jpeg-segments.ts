/** A segment of a JPEG; `at` is where its payload begins in the file. */
interface Segment {
  marker: number;
  payload: Buffer;
  at: number;
}

const START_OF_SCAN = 0xda;

/** Segments before the scan that are read; metadata takes a few dozen. */
const MOST_SEGMENTS = 1000;

/** The segments of a JPEG in front of its first scan (ITU-T T.81, B.1.1.4). Ends where the bytes form none. */
export function* segmentsOf(jpeg: Buffer): Generator<Segment> {
  if (jpeg.toString('latin1', 0, 2) !== '\xff\xd8') return;
  for (let at = 2, left = MOST_SEGMENTS; left > 0 && at + 4 <= jpeg.length && jpeg[at] === 0xff; left -= 1) {
    const marker = jpeg.readUInt8(at + 1);
    // A marker may have any number of fill bytes in front.
    if (marker === 0xff) at += 1;
    else if (marker === START_OF_SCAN) return;
    else {
      const length = jpeg.readUInt16BE(at + 2);
      yield { marker, payload: jpeg.subarray(at + 4, at + 2 + length), at: at + 4 };
      at += 2 + length;
    }
  }
}

/** A segment, from its marker to its end. */
export function segment(marker: number, payload: Buffer): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}
