import type { Photo } from './api-types.ts';
import { fileNameOf, sendOperation } from './calls.ts';
import { newKey } from './new-key.ts';
import { PhotoTimelineError } from './photo-timeline-error.ts';
import type { Transport } from './transport.ts';
import { sendBySession } from './upload-session.ts';

/** A file of React Native: an object with an address in place of bytes. It goes by the form route. */
export interface NativeFile {
  uri: string;
  name: string;
  type: string;
}

export interface UploadProgress {
  file: Blob | NativeFile;
  sentBytes: number;
  totalBytes: number;
}

export interface UploadOptions {
  caption?: string | undefined;
  /** What the picture shows, for people who cannot see it. */
  alt?: string | undefined;
  takenAt?: string | undefined;
  /** The name of the file, unless the file has one. */
  fileName?: string | undefined;
  /** `allow` makes a new photo of bytes that the account has. Such a file goes by the form route. */
  duplicates?: 'allow' | undefined;
  /**
   * Names this upload. A call with the same key continues an upload that was cut off, and makes no second photo, also in
   * another run of the app, for seven days. Without a key, a large file is continued by its bytes.
   */
  key?: string | undefined;
  /** The SHA-256 of the file in hex, if the app knows it. Else the client computes it for large files. */
  sha256?: string | undefined;
  /** Files above this size go by an upload session, which continues where a line broke. 4 MiB unless given. */
  sessionAboveBytes?: number | undefined;
  /** Bytes in one request of a session, a multiple of 256 KiB; 2 MiB unless given. */
  chunkBytes?: number | undefined;
  /** Waits until the smaller sizes exist, or cannot be made. */
  untilReady?: boolean | undefined;
  onProgress?: ((progress: UploadProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export type UploadResult =
  | { status: 'created' | 'duplicate' | 'restored'; photo: Photo }
  /** The service does not take this file: the same file is refused again. */
  | { status: 'refused'; error: PhotoTimelineError };

const SESSION_ABOVE_BYTES = 4 * 2 ** 20;

/**
 * Uploads one file. A file that the service refuses is a result, every other failure is thrown.
 * @throws PhotoTimelineError, or the reason of the signal
 */
export async function uploadFile(
  transport: Transport,
  file: Blob | NativeFile,
  options: UploadOptions = {},
): Promise<UploadResult> {
  try {
    const { sessionAboveBytes = SESSION_ABOVE_BYTES, duplicates } = options;
    const byForm = isNative(file) || file.size <= sessionAboveBytes || duplicates === 'allow';
    const result = byForm ? await sendByForm(transport, file, options) : await sendBySession(transport, file, options);
    if (!options.untilReady) return result;
    return { ...result, photo: await readyPhoto(transport, result.photo.id, options.signal) };
  } catch (error) {
    if (isRefusal(error)) return { status: 'refused', error };
    throw error;
  }
}

const isNative = (file: Blob | NativeFile): file is NativeFile => 'uri' in file;

async function sendByForm(transport: Transport, file: Blob | NativeFile, options: UploadOptions) {
  const { caption, alt, takenAt, duplicates, sha256, key = newKey(), onProgress, signal } = options;
  const totalBytes = isNative(file) ? 0 : file.size;
  const image = isNative(file) ? (file as unknown as Blob) : named(file, options.fileName);
  onProgress?.({ file, sentBytes: 0, totalBytes });
  const { body } = await sendOperation(transport, 'post /v1/photos', {
    query: { duplicates },
    header: { 'Idempotency-Key': key },
    form: { caption, alt, takenAt, sha256, image },
    signal,
  });
  onProgress?.({ file, sentBytes: totalBytes, totalBytes });
  return body;
}

const named = (file: Blob, name = fileNameOf(file)) =>
  name === undefined || name === fileNameOf(file) ? file : new File([file], name, { type: file.type });

/** Refusals of the file itself, and of more files than the account may hold. */
function isRefusal(error: unknown): error is PhotoTimelineError {
  return error instanceof PhotoTimelineError && REFUSED.has(error.status) && !error.isPassing;
}

const REFUSED: ReadonlySet<number> = new Set([400, 410, 413, 415, 422, 507]);

const FIRST_LOOK_MS = 300;
const LONGEST_PAUSE_MS = 5_000;

/** Reads a photo until it is `ready` or `failed`. */
export async function readyPhoto(transport: Transport, id: string, signal?: AbortSignal): Promise<Photo> {
  for (let delayMs = FIRST_LOOK_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_PAUSE_MS)) {
    const { body } = await sendOperation(transport, 'get /v1/photos/{id}', { path: { id }, signal });
    if (body.state !== 'pending') return body;
    await transport.wait(delayMs, signal);
  }
}

export interface UploadAllOptions extends Omit<UploadOptions, 'key' | 'sha256' | 'fileName'> {
  /** Files on their way at the same time, 3 unless given. */
  atOnce?: number | undefined;
  /** Is told of each result when it is there, with the position of its file. */
  onResult?: ((result: UploadResult | UploadFailure, at: number) => void) | undefined;
}

/** The upload did not come to an end, for example because no reply came. It may succeed later. */
export interface UploadFailure {
  status: 'failed';
  error: PhotoTimelineError;
}

/** Uploads several files. Returns a result for each, in their order: a failure does not affect the others. */
export async function uploadFiles(
  transport: Transport,
  files: readonly (Blob | NativeFile)[],
  { atOnce = 3, onResult, ...options }: UploadAllOptions = {},
): Promise<(UploadResult | UploadFailure)[]> {
  const results: (UploadResult | UploadFailure)[] = [];
  const waiting = files.entries();
  const work = async () => {
    for (const [at, file] of waiting) {
      const result = await uploadFile(transport, file, options).catch(asFailure);
      results[at] = result;
      onResult?.(result, at);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

/** Throws what ends the uploads of the other files, too: the signal, or a fault in the program. */
function asFailure(error: unknown): UploadFailure {
  if (error instanceof PhotoTimelineError) return { status: 'failed', error };
  throw error;
}
