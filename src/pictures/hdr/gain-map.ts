import { decodeBytes } from '../decoding/decode-cost.ts';
import { decoding, type Decoder } from '../decoding/decoder.ts';
import {
  ISO_PREFIX,
  readIso,
  readGainMapXmp,
  writeIso,
  writePrimaryXmp,
  writeXmp,
  XMP_PREFIX,
  type GainMapMetadata,
} from './gain-map-metadata.ts';
import { segment, segmentsOf } from '../parsers/jpeg-segments.ts';
import { readPictureFacts } from '../decoding/picture-facts.ts';
import { readable } from '../parsers/boxes.ts';

/** What a JPEG holds beside its picture so that bright screens show more light (Ultra HDR, ISO 21496-1). */
export interface GainMap {
  /** A JPEG. */
  image: Buffer;
  metadata: GainMapMetadata;
}

/** The gain map of a JPEG, if it has one. Reads the heads of the pictures in the file alone. */
export function gainMapIn(jpeg: Buffer): GainMap | undefined {
  for (const image of furtherPictures(jpeg)) {
    const metadata = readable(() => metadataOf(image));
    if (metadata) return { image, metadata };
  }
  return undefined;
}

/**
 * A JPEG that was made here, with the map of its original at the scale at which it shows the original itself: with
 * nothing of the metadata of either but how the map is applied.
 *
 * sharp's `keepGainMap` was tried: it does not know the maps that Adobe's programs write, it would decode the whole
 * picture once more and without shrinking it on the way, and it does not turn the map with the picture.
 * @throws AppError as `decoding` does, RangeError for a map that is larger than its picture
 */
export async function withGainMap(
  open: Decoder,
  jpeg: Buffer,
  { image, metadata }: GainMap,
  { scale, orientation, largest }: { scale: number; orientation: number; largest: number },
): Promise<Buffer> {
  const map = open(turned(image, orientation), { autoOrient: true, ignoreIcc: true });
  const { channels, autoOrient: size } = await decoding(open, () => map.metadata());
  if (size.width * size.height > largest) throw new RangeError('The gain map is larger than its picture.');
  const target = { width: scaled(size.width, scale), height: scaled(size.height, scale) };
  if (decodeBytes(readPictureFacts(image, 'image/jpeg'), target) > MOST_BYTES) {
    throw new RangeError('Decoding the gain map takes too much memory.');
  }
  const small = map
    .resize(target.width, target.height, { fit: 'fill' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .jpeg({ quality: 80, optimizeCoding: false, chromaSubsampling: '4:4:4' });
  const bytes = await decoding(open, () => small.toBuffer());
  return joined(jpeg, bytes, metadata);
}

/** What the decode of a map may take. Cameras write maps of 12 megapixels at the most, of one scan. */
const MOST_BYTES = 128 * 2 ** 20;

const scaled = (side: number, scale: number) => Math.max(1, Math.round(side * scale));

/** An EXIF block with nothing but an orientation: the map lies in the file as its picture does, but says so nowhere. */
function turned(image: Buffer, orientation: number): Buffer {
  const exif = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
  exif.writeUInt16BE(orientation, 24);
  return Buffer.concat([image.subarray(0, 2), segment(APP1, exif), image.subarray(2)]);
}

const [APP1, APP2] = [0xe1, 0xe2];

/** Both pictures one behind the other, and in front of each what a reader of Ultra HDR or of ISO 21496-1 looks for. */
function joined(primary: Buffer, map: Buffer, metadata: GainMapMetadata): Buffer {
  const [start, rest] = [primary.subarray(0, 2), primary.subarray(2)];
  const second = Buffer.concat([
    map.subarray(0, 2),
    segment(APP1, writeXmp(metadata)),
    segment(APP2, writeIso(metadata)),
    map.subarray(2),
  ]);
  const first = [
    start,
    segment(APP1, writePrimaryXmp(second.length)),
    // The version alone: the rest stands in the map.
    segment(APP2, Buffer.concat([ISO_PREFIX, Buffer.alloc(4)])),
  ];
  const before = Buffer.concat(first).length;
  const size = before + segment(APP2, mpf(0, 0, 0)).length + rest.length;
  // Offsets count from the TIFF head, which stands behind the marker, the length and `MPF`.
  return Buffer.concat([...first, segment(APP2, mpf(size, second.length, size - before - 8)), rest, second]);
}

/** The index of a file of two pictures (CIPA DC-007, 5.2). */
function mpf(firstBytes: number, secondBytes: number, secondAt: number): Buffer {
  const bytes = Buffer.alloc(86);
  bytes.write('MPF\0MM\0*', 'latin1');
  bytes.writeUInt32BE(8, 8);
  bytes.writeUInt16BE(3, 12);
  const fields = [
    [0xb000, 7, 4, 0x30313030],
    [0xb001, 4, 1, 2],
    [MP_ENTRIES_TAG, 7, 32, 50],
  ] as const;
  for (const [at, [tag, type, count, value]] of fields.entries()) {
    bytes.writeUInt16BE(tag, 14 + 12 * at);
    bytes.writeUInt16BE(type, 16 + 12 * at);
    bytes.writeUInt32BE(count, 18 + 12 * at);
    bytes.writeUInt32BE(value, 22 + 12 * at);
  }
  bytes.writeUInt32BE(0x030000, 54);
  bytes.writeUInt32BE(firstBytes, 58);
  bytes.writeUInt32BE(secondBytes, 74);
  bytes.writeUInt32BE(secondAt, 78);
  return bytes;
}

const MP_ENTRIES_TAG = 0xb002;

/** Pictures behind the first one that are read. */
const MOST_PICTURES = 8;

/** The other pictures that the index of a JPEG names. */
function furtherPictures(jpeg: Buffer): Buffer[] {
  for (const { marker, payload, at } of segmentsOf(jpeg)) {
    if (marker !== APP2 || payload.toString('latin1', 0, 4) !== 'MPF\0') continue;
    return readable(() => picturesIn(payload.subarray(4), jpeg.subarray(at + 4))) ?? [];
  }
  return [];
}

/** `index` begins with the TIFF head; from there on `file` goes to the end. */
function picturesIn(index: Buffer, file: Buffer): Buffer[] {
  const little = index.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (little ? index.readUInt16LE(at) : index.readUInt16BE(at));
  const u32 = (at: number) => (little ? index.readUInt32LE(at) : index.readUInt32BE(at));
  const fields = u32(4);
  for (let field = fields + 2; field < fields + 2 + 12 * u16(fields); field += 12) {
    if (u16(field) !== MP_ENTRIES_TAG) continue;
    const entries = Array.from({ length: Math.min(u32(field + 4) / 16, MOST_PICTURES + 1) }, (_, entry) => ({
      length: u32(u32(field + 8) + 16 * entry + 4),
      start: u32(u32(field + 8) + 16 * entry + 8),
    }));
    return entries.slice(1).map(({ start, length }) => file.subarray(start, start + length));
  }
  return [];
}

function metadataOf(image: Buffer): GainMapMetadata | undefined {
  const payloads = [...segmentsOf(image)].map(({ payload }) => payload);
  const iso = payloads.find((payload) => startsWith(payload, ISO_PREFIX));
  const xmp = payloads.find((payload) => startsWith(payload, XMP_PREFIX));
  const told = iso && readIso(iso.subarray(ISO_PREFIX.length));
  return told ?? (xmp && readGainMapXmp(xmp.toString('utf8', XMP_PREFIX.length)));
}

const startsWith = (bytes: Buffer, prefix: Buffer) => bytes.subarray(0, prefix.length).equals(prefix);
