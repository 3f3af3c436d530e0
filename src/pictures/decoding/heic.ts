import { decoding, type Decoder } from './decoder.ts';
import { decodeInThread } from './heic-thread.ts';
import type { Pixels } from './pixels.ts';
import type { HdrColour } from '../hdr/signalled-colour.ts';
import { deepPixels, toneMap } from '../hdr/tone-map.ts';
import type { ImageSize } from '../parsers/findings.ts';
import { crc32, deflateSync } from 'node:zlib';

/**
 * Decodes a HEIC picture to pixels of the given size. The libvips in sharp has no decoder for HEVC, so libheif does
 * it as WebAssembly. `profile` is the ICC profile of the picture, if it has one; `hdr` how its numbers are
 * coded, if it is of high dynamic range.
 */
export async function decodeHeic(
  open: Decoder,
  file: { bytes: Buffer; profile: Buffer | undefined; hdr: HdrColour | undefined },
  { width, height }: ImageSize,
): Promise<Pixels> {
  const full = await decodeInThread(file.bytes, open.limits);
  const raw = { width: full.width, height: full.height, channels: 4 } as const;
  const shrunk = open(full.data, { raw }).resize(width, height, { fit: 'fill' }).flatten({ background: '#ffffff' });
  // libheif gives eight bits of each number, whatever the file has.
  if (file.hdr) return toneMap(await deepPixels(open, shrunk, { width, height, bits: 8 }), file.hdr);
  if (!file.profile) return { data: await decoding(open, () => shrunk.raw().toBuffer()), width, height };
  // libheif does not convert colours. libvips reads a profile only from a file, so the pixels become a file.
  const png = await decoding(open, () => shrunk.png({ compressionLevel: 0 }).toBuffer());
  const coloured = open(withProfile(png, file.profile)).toColourspace('srgb').raw();
  return { data: await decoding(open, () => coloured.toBuffer()), width, height };
}

/** Where the first chunk of a PNG ends: the signature and IHDR are always this long. */
const IHDR_END_BYTES = 33;

/** A PNG with an ICC profile put into it (W3C PNG, third edition, 11.3.2.3). It must not have one yet. */
export function withProfile(png: Buffer, profile: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('iCCPicc\0\0', 'latin1'), deflateSync(profile)]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, IHDR_END_BYTES), length, body, checksum, png.subarray(IHDR_END_BYTES)]);
}
