import type { ImageType } from '../formats.ts';
import { feed } from '../parsers/byte-parser.ts';
import { nothingFound } from '../parsers/findings.ts';
import { parseJpeg } from '../parsers/jpeg.ts';

/**
 * Returns the bytes of a picture as its decoder needs them: a JPEG with an end marker, a WebP whose length is that of its
 * chunks. The picture itself does not change. Decoders of other formats do not need their end.
 */
export function withEnd(bytes: Buffer, type: ImageType): Buffer {
  if (type === 'image/jpeg') return withMarker(bytes);
  return type === 'image/webp' ? withLength(bytes) : bytes;
}

const END_OF_IMAGE = Buffer.of(0xff, 0xd9);

function withMarker(jpeg: Buffer): Buffer {
  if (jpeg.subarray(-2).equals(END_OF_IMAGE)) return jpeg;
  const findings = nothingFound();
  feed(parseJpeg(findings))(jpeg);
  return findings.complete ? jpeg : Buffer.concat([jpeg, END_OF_IMAGE]);
}

const CHUNK_HEAD = 8;

/** libwebp's demultiplexer refuses a file whose RIFF length is off by one (RFC 9649, 2.3 and 2.4). */
function withLength(webp: Buffer): Buffer {
  const declared = webp.readUInt32LE(4) + 8;
  let end = 12;
  for (let at = end; at + CHUNK_HEAD <= Math.min(declared, webp.length); at = end + (end & 1)) {
    const next = at + CHUNK_HEAD + webp.readUInt32LE(at + 4);
    if (next > webp.length) break;
    end = next;
  }
  const padded = end + (end & 1);
  if (declared === padded && webp.length >= padded) return webp;
  const whole = Buffer.concat([webp.subarray(0, end), Buffer.alloc(padded - end)]);
  whole.writeUInt32LE(padded - 8, 4);
  return whole;
}
