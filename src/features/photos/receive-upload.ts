import { crc32c } from '@node-rs/crc32';
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../runtime/clock.ts';
import type { Admission } from '../../http/admission/admission.ts';
import { AppError } from '../../runtime/errors.ts';
import type { UploadThrottle } from './upload-throttle.ts';
import { ownerIn } from '../../objects/object-names.ts';
import type { Blobs } from '../../objects/blobs.ts';
import { examineKept, isKept, sniffKept, type KeptType } from '../../pictures/kept-formats.ts';
import type { Preview } from '../../data/model/records.ts';
import { irreplaceableObjects } from '../../data/model/stored-objects.ts';
import { conclude, examine, type ConcludeDeps, type Examination } from '../../pictures/examine.ts';
import type { Facts } from '../../pictures/facts/facts.ts';
import { bytesToSniff, IMAGE_TYPES, SNIFF_BYTES, sniffType, type ImageType } from '../../pictures/formats.ts';
import type { Log } from '../../runtime/log.ts';
import type { Collection, RecentOriginals } from '../../objects/recent-originals.ts';
import type { ObjectUpload } from '../../objects/object-upload.ts';
import { isAlone, release } from '../../runtime/free-memory.ts';
import { memorySource, objectSource } from '../../pictures/parsers/source-parser.ts';

/** An original that is durable in the bucket, with all that is known of it. No entity names it yet. */
export interface ReceivedUpload {
  object: string;
  type: ImageType | KeptType;
  bytes: number;
  sha256: string;
  digest: 'proved' | 'claimed';
  crc32c: string;
  md5: string | null;
  fileName: string | null;
  facts: Facts;
  /** The smaller picture that the client sent along, for a format that this service cannot decode. */
  preview?: Preview;
}

export interface ReceiveDeps extends ConcludeDeps {
  admission: Pick<Admission, 'uploads'>;
  uploadThrottle: UploadThrottle;
  blobs: Blobs;
  recentOriginals: RecentOriginals;
  clock: Clock;
  log: Log;
}

/** A received upload. With `needsChecksum`, only a checksum that the client announces can prove that it is whole. */
export interface ReceivedFile extends ReceivedUpload {
  needsChecksum: boolean;
}

/** A file that is arriving, and the object that it becomes. */
interface ArrivingFile {
  /** Its name on the client. */
  name: string;
  object: string;
  /** The most bytes that it can have, where that is known. */
  maxBytes: number | undefined;
}

/**
 * Streams a file into the bucket: hashed, sniffed and examined to its end while it passes, written once under a name
 * that has never been used. A fault is found before the object exists, except in the few files that must be read once more
 * and found no room in memory; the object of those is removed again. If it fails, nothing is left.
 * @throws AppError file-empty, unsupported-image, damaged-image, too-many-pixels, busy, unavailable, and what `bytes`
 *   throws
 */
export async function receiveUpload(
  deps: ReceiveDeps,
  { name, object, maxBytes }: ArrivingFile,
  bytes: AsyncIterator<Buffer>,
): Promise<ReceivedFile> {
  const collection = await deps.recentOriginals.collect(maxBytes);
  let started: ObjectUpload | undefined;
  let mayExist = false;
  try {
    const start = await readStart(bytes);
    const type = requireImage(start);
    const examination = isKept(type) ? examineKept(type) : examine(type);
    const taps = new UploadTaps(examination, collection);
    const upload = (started = await deps.blobs.start(object, type));
    const writer = new BucketWriter(upload, collection);
    const throttle = deps.uploadThrottle.upload();
    for (let chunk: Buffer | undefined = start; chunk; chunk = await nextChunk(bytes)) {
      // The write gives the memory of the chunk back.
      const { length } = chunk;
      await taps.push(chunk);
      await writer.write(chunk);
      await throttle(length);
    }
    await writer.flush();
    const told = { fileName: name, uploadedAt: deps.clock.now(), bytes: taps.size, user: ownerIn(object) };
    const inMemory = collection.bytes();
    const early = await conclude(deps, examination, { ...told, source: inMemory && memorySource(inMemory) });
    // From here on the object may exist, even if the bucket does not answer any more.
    mayExist = true;
    const stored = await deps.admission.uploads.runAdmitted(() => upload.finish());
    if (stored.crc32c !== taps.crc32c()) throw changedOnTheWay();
    const source = objectSource(deps.blobs, object, stored.size);
    const { facts, needsChecksum } = early ?? (await conclude(deps, examination, { ...told, source }));
    collection.keep(object);
    return {
      object,
      type,
      bytes: taps.size,
      sha256: taps.sha256(),
      digest: 'proved',
      crc32c: stored.crc32c,
      md5: stored.md5,
      fileName: name || null,
      facts,
      needsChecksum,
    };
  } catch (error) {
    if (mayExist) await discardUpload(deps, { object });
    else started?.cancel();
    throw error;
  } finally {
    collection.drop();
  }
}

/** Removes an upload that becomes no photo. Never throws: a failure is logged, and the sweep removes the orphan. */
export async function discardUpload(
  { blobs, recentOriginals, log }: Pick<ReceiveDeps, 'blobs' | 'recentOriginals' | 'log'>,
  upload: Pick<ReceivedUpload, 'object' | 'preview'>,
): Promise<void> {
  const objects = irreplaceableObjects(upload);
  for (const name of objects) recentOriginals.take(name);
  try {
    await blobs.remove(...objects);
  } catch (error) {
    log.error({ err: error, objects }, 'An upload that became no photo could not be removed from the bucket.');
  }
}

async function nextChunk(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const { value, done } = await chunks.next();
  return done ? undefined : value;
}

/** The first bytes of the file, as many as the sniffing needs, if there are so many. */
async function readStart(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let start = Buffer.alloc(0);
  for (let wanted = SNIFF_BYTES; start.length < wanted; wanted = bytesToSniff(start)) {
    const more = await readAtLeast(chunks, wanted - start.length);
    start = Buffer.concat([start, ...more]);
    if (start.length < wanted) break;
  }
  if (start.length === 0) throw new AppError('file-empty', 'The file has no bytes. Choose it again.');
  return start;
}

/** Chunks that have so many bytes together, or all that are left. */
async function readAtLeast(chunks: AsyncIterator<Buffer>, bytes: number): Promise<Buffer[]> {
  const read: Buffer[] = [];
  for (let missing = bytes; missing > 0;) {
    const chunk = await nextChunk(chunks);
    if (!chunk) break;
    read.push(chunk);
    missing -= chunk.length;
  }
  return read;
}

function requireImage(start: Buffer): ImageType | KeptType {
  const type = sniffType(start) ?? sniffKept(start);
  if (type) return type;
  throw new AppError(
    'unsupported-image',
    'Unsupported image type. Send JPEG, PNG, GIF, WebP, AVIF or HEIC; or TIFF or JPEG XL with a preview.',
    {
      extra: { supported: [...IMAGE_TYPES] },
    },
  );
}

const changedOnTheWay = () =>
  new AppError('unavailable', 'The bytes changed on the way to the bucket. Send them again.');

/** Bytes of a collected upload that are sent at once. Each write costs a call, a wait and a frame of its own. */
const COLLECTED_PIECE_BYTES = 512 * 2 ** 10;

/** Sends the bytes of an upload to the bucket: from the collection in large pieces, or else chunk by chunk. */
class BucketWriter {
  readonly #upload: ObjectUpload;
  readonly #collection: Collection;
  #sent = 0;

  constructor(upload: ObjectUpload, collection: Collection) {
    this.#upload = upload;
    this.#collection = collection;
  }

  /** Sends a chunk that the collection has been given, at once or with later ones, and frees its memory. */
  async write(chunk: Buffer): Promise<void> {
    const collected = this.#collection.bytes();
    if (!collected) return this.#upload.write(chunk);
    if (isAlone(chunk)) release(chunk);
    if (collected.length - this.#sent >= COLLECTED_PIECE_BYTES) await this.#send(collected);
  }

  /** Sends what has not been sent yet. */
  async flush(): Promise<void> {
    const collected = this.#collection.bytes();
    if (collected && collected.length > this.#sent) await this.#send(collected);
  }

  async #send(collected: Buffer): Promise<void> {
    const piece = collected.subarray(this.#sent);
    this.#sent = collected.length;
    await this.#upload.write(piece);
  }
}

/** Bytes that are examined in one piece: of a file that is cut into tiny parts, they take some milliseconds. */
const SLICE_BYTES = 8192;

const LONGEST_TURN_MS = 4;

/** Counts and hashes the bytes of an upload while they pass, and lets `examination` and `collection` have them. */
class UploadTaps {
  readonly #examination: Examination;
  readonly #collection: Collection;
  readonly #hash = createHash('sha256');
  #size = 0;
  #checksum = 0;
  #workedMs = 0;

  constructor(examination: Examination, collection: Collection) {
    this.#examination = examination;
    this.#collection = collection;
  }

  /** Takes the next bytes. Lets other requests have their turn where these take long to examine. */
  async push(chunk: Buffer): Promise<void> {
    this.#size += chunk.length;
    this.#hash.update(chunk);
    this.#checksum = crc32c(chunk, this.#checksum);
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      const startedAt = performance.now();
      this.#examination.push(chunk.subarray(at, at + SLICE_BYTES));
      this.#workedMs += performance.now() - startedAt;
      if (this.#workedMs < LONGEST_TURN_MS) continue;
      this.#workedMs = 0;
      await nextTurn();
    }
    this.#collection.push(chunk);
  }

  get size(): number {
    return this.#size;
  }

  sha256(): string {
    return this.#hash.digest('hex');
  }

  /** Base64 of the four big-endian bytes, as Cloud Storage writes it. */
  crc32c(): string {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#checksum >>> 0);
    return bytes.toString('base64');
  }
}
