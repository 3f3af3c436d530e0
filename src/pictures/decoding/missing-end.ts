import { randomUUID } from 'node:crypto';
import { AppError } from '../../runtime/errors.ts';
import { decodeBytes } from './decode-cost.ts';
import type { DecodeQueue, Turn } from './decode-queue.ts';
import { decoding, loadDecoder } from './decoder.ts';
import type { ImageType } from '../formats.ts';
import { readPictureFacts } from './picture-facts.ts';
import { scansIn } from '../parsers/jpeg-scans.ts';
import { type Missing, nothingFound } from '../parsers/findings.ts';
import type { Source } from '../parsers/source-parser.ts';
import { feed } from '../parsers/byte-parser.ts';
import { parseJpeg } from '../parsers/jpeg.ts';

/**
 * Checks a picture that ends without an end marker, as some cameras and programs write it. The picture is accepted when
 * the decoder misses nothing in it. Decodes all of it, in its turn of the queue.
 *
 * Returns true where the decoder cannot know: more pictures of an animation, finer detail of a progressive JPEG or
 * metadata may have followed.
 * @throws AppError damaged-image, busy
 */
export async function requireWhole(
  decodes: DecodeQueue,
  { user, type, missing, source }: { user: string; type: ImageType; missing: Missing; source: Source },
): Promise<boolean> {
  const photo = `whole/${randomUUID()}`;
  const job = async ({ holds }: Turn) => {
    const bytes = await source.read(0, source.size);
    const scans = type === 'image/jpeg' ? scansIn(bytes) : undefined;
    if (scans === 'some') throw endsTooEarly();
    const facts = readPictureFacts(bytes, type);
    holds(bytes.length + decodeBytes(facts, { width: facts.width, height: LAST_ROWS_PIXELS }));
    await requireDecodable(withEnd(bytes, type));
    if (scans === 'all') await requireSameRows(bytes);
    return missing === 'unknown' || scans === 'unknown';
  };
  return decodes.run({ user, photo, key: photo, bytes: source.size, job });
}

/**
 * Returns the bytes of a picture for its decoder, with an end marker added if it is missing.
 * @throws AppError damaged-image if more than that is missing
 */
export async function wholeBytes(original: Buffer, type: ImageType): Promise<Buffer> {
  const bytes = withEnd(original, type);
  if (bytes !== original) await requireDecodable(bytes);
  return bytes;
}

export const endsTooEarly = (cause?: unknown) =>
  new AppError('damaged-image', 'The picture ends too early: its last part is missing. Send the whole file again.', {
    cause,
  });

/** The refusal of a picture that nothing proves to be whole, unless its checksum has been announced. */
export const endsWithoutMarker = () =>
  new AppError(
    'damaged-image',
    'The file has no end marker, so its last part may be missing. If it is whole, send its sha256 along with it, in ' +
      'the form field `sha256` or in the header `Repr-Digest`: then it is taken as it is.',
  );

/** Any warning counts: the decoder fills missing data with grey and reports it only as a warning. */
async function requireDecodable(bytes: Buffer): Promise<void> {
  try {
    await lastRows(bytes, 'warning');
  } catch (error) {
    const isDamage = error instanceof AppError && error.code === 'damaged-image';
    if (!isDamage) throw error;
    if (!BEHIND_THE_PICTURE.test(String(error.cause))) throw endsTooEarly(error.cause);
  }
}

/**
 * libvips does not report libjpeg's warnings about the last rows. Bytes behind a whole picture change none of its pixels.
 * Where data is missing, the decoder reads those bytes as picture data.
 */
async function requireSameRows(jpeg: Buffer): Promise<void> {
  const ended = await lastRows(Buffer.concat([jpeg, END_OF_IMAGE]), 'truncated');
  const filled = await lastRows(Buffer.concat([jpeg, NO_MARKER_AND_END]), 'truncated');
  if (!ended.equals(filled)) throw endsTooEarly();
}

const END_OF_IMAGE = Buffer.of(0xff, 0xd9);

/** Data that no marker begins in, as long as several blocks, and the end. */
const NO_MARKER_AND_END = Buffer.concat([Buffer.alloc(256, 0xfe), END_OF_IMAGE]);

/** At least the last row of blocks, in pixels. */
const LAST_ROWS_PIXELS = 32;

/** Decodes a picture down to its end and keeps its last rows: to make it smaller, libvips may leave these out. */
async function lastRows(bytes: Buffer, failOn: 'warning' | 'truncated'): Promise<Buffer> {
  const open = await loadDecoder();
  const { width, height } = await decoding(open, () => open(bytes, { failOn }).metadata());
  const rows = Math.min(LAST_ROWS_PIXELS, height);
  const last = { left: 0, top: height - rows, width, height: rows };
  return decoding(open, () => open(bytes, { failOn }).extract(last).raw().toBuffer());
}

/** libjpeg's warning about a phone's trailer between the last scan and the end marker that was added. */
const BEHIND_THE_PICTURE = /extraneous bytes before marker 0xd9/;

/**
 * Returns the bytes of a picture as its decoder needs them: a JPEG with an end marker, a WebP whose length is that of its
 * chunks. The picture itself does not change. Decoders of other formats do not need their end.
 */
function withEnd(bytes: Buffer, type: ImageType): Buffer {
  if (type === 'image/jpeg') return withMarker(bytes);
  return type === 'image/webp' ? withLength(bytes) : bytes;
}

function withMarker(jpeg: Buffer): Buffer {
  if (jpeg.subarray(-2).equals(END_OF_IMAGE)) return jpeg;
  const findings = nothingFound();
  feed(parseJpeg(findings))(jpeg);
  return findings.complete ? jpeg : Buffer.concat([jpeg, END_OF_IMAGE]);
}

const CHUNK_HEAD_BYTES = 8;

/** libwebp's demultiplexer refuses a file whose RIFF length is off by one (RFC 9649, 2.3 and 2.4). */
function withLength(webp: Buffer): Buffer {
  const declared = webp.readUInt32LE(4) + 8;
  let end = 12;
  for (let at = end; at + CHUNK_HEAD_BYTES <= Math.min(declared, webp.length); at = end + (end & 1)) {
    const next = at + CHUNK_HEAD_BYTES + webp.readUInt32LE(at + 4);
    if (next > webp.length) break;
    end = next;
  }
  const padded = end + (end & 1);
  if (declared === padded && webp.length >= padded) return webp;
  const whole = Buffer.concat([webp.subarray(0, end), Buffer.alloc(padded - end)]);
  whole.writeUInt32LE(padded - 8, 4);
  return whole;
}
