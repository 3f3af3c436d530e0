import type { Readable } from 'node:stream';
import type { Clock } from '../../runtime/clock.ts';
import type { Admission } from '../../http/admission/admission.ts';
import { AppError } from '../../runtime/errors.ts';
import type { UploadThrottle } from './upload-throttle.ts';
import type { UserId } from '../../runtime/ids.ts';
import { originalName, ownerIn, photoIdIn, previewNameFor } from '../../objects/object-names.ts';
import type { Blobs } from '../../objects/blobs.ts';
import { examineKept, isKept, sniffKept, type KeptType } from '../../pictures/kept-formats.ts';
import type { Preview } from '../../data/model/records.ts';
import { irreplaceableObjects } from '../../data/model/stored-objects.ts';
import { conclude, examine, type ConcludeDeps } from '../../pictures/examine.ts';
import type { Facts } from '../../pictures/facts/facts.ts';
import { bytesToSniff, IMAGE_TYPES, SNIFF_BYTES, sniffType, type ImageType } from '../../pictures/formats.ts';
import type { Log } from '../../runtime/log.ts';
import type { RecentOriginals } from '../../objects/recent-originals.ts';
import type { ObjectUpload } from '../../objects/object-upload.ts';
import { memorySource, objectSource } from '../../pictures/facts/sources.ts';
import { createTaps, type Taps } from './upload-taps.ts';

/** An original that is durable in the bucket, with all that is known of it. No row names it yet. */
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
  /** The picture that its client has made of it, where nothing here can decode it. */
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

/** A received upload that must have the digest that its client announces: nothing else tells that it is whole. */
export interface ReceivedFile extends ReceivedUpload {
  needsChecksum: boolean;
}

/**
 * Streams a file into the bucket: hashed, sniffed and examined to its end while it passes, written once under a name
 * that has never been used. What is wrong is found before the object exists, except in the few files that must be read
 * once more and found no room in memory; the object of those is removed again. Nothing is left behind.
 * @throws AppError file-empty, unsupported-image, damaged-image, too-many-pixels, busy, unavailable, and what the stream
 *   throws
 */
export async function receiveUpload(
  deps: ReceiveDeps,
  file: { name: string; object: string; maxBytes: number | undefined },
  stream: Readable,
  signal: AbortSignal,
): Promise<ReceivedFile> {
  const collection = deps.recentOriginals.collect(file.maxBytes);
  let undo: (() => Promise<void>) | undefined;
  try {
    const chunks = stream.iterator({ destroyOnReturn: false }) as Chunks;
    const start = await readStart(chunks);
    const type = requireImage(start);
    const { object } = file;
    const upload = await deps.blobs.start(object, type);
    undo = async () => upload.cancel();
    const examination = isKept(type) ? examineKept(type) : examine(type);
    const taps = createTaps(examination, collection);
    await sendThrough({ taps, upload, uploadThrottle: deps.uploadThrottle }, { start, chunks, signal });
    const told = { fileName: file.name, uploadedAt: deps.clock.now(), bytes: taps.size, user: ownerIn(object) };
    const inMemory = collection.bytes();
    const source = inMemory && memorySource(inMemory);
    const early = await conclude(deps, examination, { ...told, source });
    // From here on the object may be there, even if its bucket cannot be heard any more.
    undo = () => discardUpload(deps, { object });
    const stored = await deps.admission.uploads.runAdmitted(() => upload.finish());
    if (stored.crc32c !== taps.crc32c()) throw changedOnTheWay();
    const late = async () =>
      conclude(deps, examination, { ...told, source: objectSource(deps.blobs, object, stored.size) });
    const { facts, needsChecksum } = early ?? (await late());
    collection.keep(object);
    return {
      object,
      type,
      bytes: taps.size,
      sha256: taps.sha256(),
      digest: 'proved',
      crc32c: stored.crc32c,
      md5: stored.md5,
      fileName: file.name || null,
      facts,
      needsChecksum,
    };
  } catch (error) {
    await undo?.();
    throw error;
  } finally {
    collection.drop();
  }
}

/** Gives a file that was received before its owner was known, and its preview, the names that they would have had. */
export async function claimUpload(
  deps: Pick<ReceiveDeps, 'blobs' | 'recentOriginals'>,
  owner: UserId,
  upload: ReceivedUpload,
): Promise<ReceivedUpload> {
  const object = originalName(owner, photoIdIn(upload.object));
  const claimed = { ...upload, object: await rename(deps, upload.object, object) };
  if (!upload.preview) return claimed;
  const preview = await rename(deps, upload.preview.object, previewNameFor(object));
  return { ...claimed, preview: { ...upload.preview, object: preview } };
}

async function rename(
  { blobs, recentOriginals }: Pick<ReceiveDeps, 'blobs' | 'recentOriginals'>,
  from: string,
  to: string,
): Promise<string> {
  if (from === to) return to;
  await blobs.move(from, to);
  recentOriginals.take(from);
  return to;
}

/** Sends all bytes past the taps into the bucket. */
async function sendThrough(
  { taps, upload, uploadThrottle }: { taps: Taps; upload: ObjectUpload; uploadThrottle: UploadThrottle },
  { start, chunks, signal }: { start: Buffer; chunks: Chunks; signal: AbortSignal },
): Promise<void> {
  const throttle = uploadThrottle.upload();
  for (let chunk: Buffer | undefined = start; chunk; chunk = await nextChunk(chunks)) {
    signal.throwIfAborted();
    // Its memory is given back with the writing.
    const { length } = chunk;
    await taps.push(chunk);
    await upload.write(chunk);
    await throttle(length);
  }
  signal.throwIfAborted();
}

/**
 * Forgets an upload that will not become a photo. Never throws: whatever the caller has to say matters more than an
 * object that nobody knows of, which the log tells of.
 */
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

type Chunks = AsyncIterator<Buffer>;

async function nextChunk(chunks: Chunks): Promise<Buffer | undefined> {
  const { value, done } = await chunks.next();
  return done ? undefined : value;
}

/** The first bytes of the file, as many as the sniffing needs, if there are so many. */
async function readStart(chunks: Chunks): Promise<Buffer> {
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
async function readAtLeast(chunks: Chunks, bytes: number): Promise<Buffer[]> {
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
  throw new AppError('unsupported-image', 'By its content this is none of JPEG, PNG, GIF, WebP, AVIF and HEIC.', {
    extra: { supported: [...IMAGE_TYPES] },
  });
}

const changedOnTheWay = () =>
  new AppError('unavailable', 'The bytes changed on the way to the bucket. Send them again.', {
    extra: { retryable: true },
  });
