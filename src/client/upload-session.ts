import { sha256 } from '@noble/hashes/sha2.js';
import type { Operations, Photo } from './api-types.ts';
import { fileNameOf, sendOperation } from './calls.ts';
import { newKey } from './new-key.ts';
import { reasonOf } from './pause.ts';
import { errorOfProblem, PhotoTimelineError } from './photo-timeline-error.ts';
import { delayBefore, type Transport } from './transport.ts';
import type { UploadOptions } from './upload.ts';

/** What a chunk must be a multiple of, in bytes (Cloud Storage, "Resumable uploads"). */
const QUANTUM_BYTES = 256 * 1024;

interface Made {
  status: 'created' | 'duplicate' | 'restored';
  photo: Photo;
}

/**
 * Sends a file straight to the bucket and makes a photo of it. The key opens the same session again, so a repeated call
 * continues where the earlier one ended. Without a key of the caller's, bytes that the account has are not sent.
 * @throws PhotoTimelineError
 */
export async function sendBySession(transport: Transport, file: Blob, options: UploadOptions): Promise<Made> {
  const { chunkBytes = 8 * QUANTUM_BYTES, signal } = options;
  if (chunkBytes % QUANTUM_BYTES !== 0) throw new RangeError(`chunkBytes must be a multiple of ${QUANTUM_BYTES}.`);
  const digest = options.sha256 ?? (await digestOf(file, signal));
  const known = options.key === undefined ? await findBytes(transport, digest, signal) : undefined;
  if (known) return known;
  try {
    return await sendByKey(transport, file, { ...options, chunkBytes, digest, key: options.key ?? digest });
  } catch (error) {
    if (!(error instanceof PhotoTimelineError) || !leadsNowhere(error, options)) throw error;
    return sendByKey(transport, file, { ...options, chunkBytes, digest, key: newKey() });
  }
}

/** The session of the key has ended, or its photo has been deleted; or the same bytes had another name at that time. */
const leadsNowhere = ({ code }: PhotoTimelineError, { key }: UploadOptions) =>
  code === 'gone' || code === 'not-found' || (code === 'idempotency-mismatch' && key === undefined);

/** The photo that has these bytes already, taken out of the trash if it is there. */
async function findBytes(
  transport: Transport,
  digest: string,
  signal: AbortSignal | undefined,
): Promise<Made | undefined> {
  const { body } = await sendOperation(transport, 'post /v1/photos/check', { body: { sha256: [digest] }, signal });
  const { status, id } = body.items[0] ?? {};
  if (id === undefined || status === 'missing') return undefined;
  const path = { id };
  if (status === 'trashed') {
    const { body: photo } = await sendOperation(transport, 'post /v1/photos/{id}/restore', { path, signal });
    return { status: 'restored', photo };
  }
  return { status: 'duplicate', photo: (await sendOperation(transport, 'get /v1/photos/{id}', { path, signal })).body };
}

interface Sending extends UploadOptions {
  chunkBytes: number;
  digest: string;
  key: string;
}

async function sendByKey(transport: Transport, file: Blob, sending: Sending): Promise<Made> {
  const { digest, key, signal } = sending;
  const fileName = sending.fileName ?? fileNameOf(file);
  const { headers, body: opened } = await sendOperation(transport, 'post /v1/uploads', {
    header: { 'Idempotency-Key': key },
    body: {
      bytes: file.size,
      type: typeOf(file, fileName),
      sha256: digest,
      fileName,
    },
    signal,
  });
  const isResumed = headers.get('Idempotent-Replayed') === 'true';
  const offset = isResumed ? await offsetOf(transport, opened.id, signal) : 0;
  await sendChunks(transport, file, { ...opened, ...sending, offset });
  return finish(transport, opened.id, sending);
}

async function offsetOf(transport: Transport, id: string, signal: AbortSignal | undefined): Promise<number> {
  const { body } = await sendOperation(transport, 'get /v1/uploads/{id}', { path: { id }, signal });
  return body.state === 'open' ? body.offset : Infinity;
}

interface OpenSession extends Sending {
  id: string;
  sessionUrl: string;
  /** Bytes that the bucket has. */
  offset: number;
}

/** Sends chunk after chunk. After a lost chunk the service says how much the bucket has kept. */
async function sendChunks(transport: Transport, file: Blob, session: OpenSession): Promise<void> {
  const { id, onProgress, signal } = session;
  const tell = (sentBytes: number) => onProgress?.({ file, sentBytes, totalBytes: file.size });
  let { offset } = session;
  tell(Math.min(offset, file.size));
  for (let failures = 0; offset < file.size;) {
    try {
      offset = await sendChunk(transport, file, { ...session, offset });
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!(error instanceof PhotoTimelineError && error.isPassing) || failures >= transport.attempts) throw error;
      await transport.wait(delayBefore(failures, error.retryAfterMs), signal);
      const kept = await offsetOf(transport, id, signal);
      // Progress in a broken request is progress: the line only has to carry something each time.
      if (kept > offset) failures = 0;
      offset = kept;
    }
    tell(Math.min(offset, file.size));
  }
}

/** The reply of a session that wants more bytes (Cloud Storage, "Resumable uploads"). */
const RESUME_INCOMPLETE = 308;

/** Sends one chunk. Returns how many bytes the bucket has then. */
async function sendChunk(transport: Transport, file: Blob, session: OpenSession): Promise<number> {
  const { sessionUrl, offset, chunkBytes, id, signal } = session;
  const end = Math.min(offset + chunkBytes, file.size);
  const { status, headers } = await transport.send({
    method: 'PUT',
    target: sessionUrl,
    headers: { 'Content-Range': `bytes ${offset}-${end - 1}/${file.size}` },
    body: file.slice(offset, end),
    bodyBytes: end - offset,
    isRepeatable: false,
    isAnonymous: true,
    accepted: [RESUME_INCOMPLETE],
    signal,
  });
  if (status !== RESUME_INCOMPLETE) return file.size;
  const last = /^bytes=0-(\d+)$/.exec(headers.get('Range') ?? '')?.[1];
  // A page of another origin may not see the header.
  return last === undefined ? offsetOf(transport, id, signal) : Number(last) + 1;
}

async function finish(transport: Transport, upload: string, sending: Sending): Promise<Made> {
  const { caption, alt, takenAt, signal } = sending;
  const { body } = await sendOperation(transport, 'post /v1/photos/batch', {
    body: { items: [{ upload, caption, alt, takenAt }] },
    signal,
  });
  const [result] = body.results;
  if (result && 'photo' in result) return result;
  throw result ? errorOfProblem(result.problem) : new TypeError('The batch has no result.');
}

type UploadType = Operations['post /v1/uploads']['body']['type'];

/** The type that the platform has found, else that of the name's ending. */
function typeOf({ type }: Blob, fileName = ''): UploadType {
  const ending = /\.(\w+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
  return (type === '' ? (TYPES[ending] ?? 'image/jpeg') : type) as UploadType;
}

const TYPES: Record<string, UploadType> = {
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
  heif: 'image/heif',
  hif: 'image/hif',
};

const PIECE_BYTES = 2 ** 20;

/** Computes by pieces: `crypto.subtle` takes a file only as a whole, and is absent on plain HTTP in a local network. */
async function digestOf(file: Blob, signal: AbortSignal | undefined): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    if (signal?.aborted) throw reasonOf(signal);
    hash.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
  }
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
