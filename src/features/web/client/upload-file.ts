import { WORDS_FOR_PEOPLE } from '../../../runtime/error-words.ts';
import { callApi, faultOf, Passing, Refused, send } from './upload-api.ts';

/** The largest file that goes by form, in bytes: App Engine takes 32 MB in one request. */
export const FORM_LIMIT = 20 * 2 ** 20;

/**
 * Bytes of a file that one request to a session carries. Cloud Storage wants a multiple of 256 KiB, and recommends at least
 * 8 MiB ("Resumable uploads"). After a cut, browsers send the whole request again by themselves, without asking the session
 * how far it is.
 */
const CHUNK_BYTES = 8 * 2 ** 20;

export type Outcome = 'created' | 'duplicate' | 'restored';

/** What has become of a file. */
export interface Placed {
  outcome: Outcome;
  /** Id of the photo. */
  photo: string;
}

interface FileUpload {
  file: File;
  /** The same for each attempt: the service then counts them as one. */
  key: string;
  /** Undefined where the browser starts no worker: then the service computes the digest alone. */
  sha256: string | undefined;
  caption: string;
  alt: string;
  signal: AbortSignal;
  /** Is told how many bytes of the file have arrived. */
  onBytes(bytes: number): void;
}

/**
 * Uploads one file: small ones by form, large ones by a session that goes on where it broke off.
 * @throws Refused, SignedOut, Passing; the abort's reason
 */
export const uploadFile = (upload: FileUpload): Promise<Placed> =>
  upload.sha256 === undefined || upload.file.size <= FORM_LIMIT
    ? byForm(upload)
    : bySession({ ...upload, sha256: upload.sha256 });

/** What the service knows of files, by their digests. */
export async function checkDigests(
  digests: string[],
  signal: AbortSignal,
): Promise<Map<string, { status: 'present' | 'trashed' | 'missing'; id?: string }>> {
  const { items } = (await callApi('POST', '/v1/photos/check', { sha256: digests }, signal)) as {
    items: { sha256: string; status: 'present' | 'trashed' | 'missing'; id?: string }[];
  };
  return new Map(items.map((item) => [item.sha256, item]));
}

/** Ends the session of a file, so that its place is free at once. */
export async function endSession(sha256: string): Promise<void> {
  const { signal } = new AbortController();
  const open = await findSession(sha256, signal);
  if (open) await callApi('DELETE', `/v1/uploads/${open.id}`, undefined, signal);
}

async function byForm({ file, key, sha256, caption, alt, signal, onBytes }: FileUpload): Promise<Placed> {
  const form = new FormData();
  const texts = { caption, alt, sha256 };
  for (const [name, text] of Object.entries(texts)) if (text) form.set(name, text);
  form.set('image', file);
  const headers = { 'Idempotency-Key': key };
  const { body } = await send('POST', '/v1/photos', { body: form, headers, signal, onBytes });
  return { outcome: body['status'] as Outcome, photo: (body['photo'] as { id: string }).id };
}

async function bySession(upload: FileUpload & { sha256: string }): Promise<Placed> {
  const { file, sha256, caption, alt, signal, onBytes } = upload;
  const session = (await findSession(sha256, signal)) ?? (await openSession(upload));
  onBytes(session.offset);
  for (let at = session.offset; at < file.size;) at = await sendChunk(upload, session.sessionUrl, at);
  const item = { upload: session.id, ...(caption && { caption }), ...(alt && { alt }) };
  const { results } = (await callApi('POST', '/v1/photos/batch', { items: [item] }, signal)) as {
    results: { status: Outcome | 'failed'; photo?: { id: string }; problem?: Record<string, unknown> }[];
  };
  const [result] = results;
  if (result?.photo && result.status !== 'failed') return { outcome: result.status, photo: result.photo.id };
  throw faultOf(Number(result?.problem?.['status'] ?? 500), result?.problem ?? {});
}

/** Sends the bytes from `start` on, and returns from which byte on the session wants more. */
async function sendChunk({ file, signal, onBytes }: FileUpload, sessionUrl: string, start: number): Promise<number> {
  const end = Math.min(start + CHUNK_BYTES, file.size);
  const sending = {
    body: file.slice(start, end),
    headers: { 'Content-Range': `bytes ${start}-${end - 1}/${file.size}` },
    signal,
    onBytes: (sent: number) => onBytes(start + sent),
  };
  try {
    const { status, range } = await send('PUT', sessionUrl, sending);
    if (status !== INCOMPLETE) return file.size;
    const next = Number(range?.split('-')[1] ?? -1) + 1;
    if (next > start) return next;
  } catch (error) {
    // The session has ended meanwhile. The next attempt finds none, and opens another.
    throw error instanceof Refused ? new Passing('The upload starts again.') : error;
  }
  throw new Passing('The upload is stuck.');
}

/** The reply of a session that waits for more bytes. */
const INCOMPLETE = 308;

interface Session {
  id: string;
  sessionUrl: string;
  /** Bytes that have arrived. */
  offset: number;
}

/** An open session for the same bytes, also of an earlier page: the file is recognized by its digest. */
async function findSession(sha256: string, signal: AbortSignal): Promise<Session | undefined> {
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page = (await callApi('GET', `/v1/uploads${query}`, undefined, signal)) as unknown as {
      items: (Session & { sha256: string; state: string })[];
      next: string | null;
    };
    const open = page.items.find((item) => item.sha256 === sha256 && item.state !== 'photo');
    if (open) return open;
    cursor = page.next;
  }
  return undefined;
}

async function openSession({ file, sha256, signal }: FileUpload & { sha256: string }): Promise<Session> {
  const type = await typeOf(file);
  if (type === undefined) throw new Refused(WORDS_FOR_PEOPLE['unsupported-image']);
  const body = { bytes: file.size, type, sha256, fileName: file.name };
  const opened = (await callApi('POST', '/v1/uploads', body, signal)) as { id: string; sessionUrl: string };
  return { ...opened, offset: 0 };
}

/** First bytes of the kinds of pictures that sessions take. Names and the system's types are often wrong or missing. */
const SIGNATURES: readonly (readonly [type: string, signature: RegExp])[] = [
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n/],
  ['image/gif', /^GIF8/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
  // HEIC and AVIF: the service tells which.
  ['image/heif', /^[^]{4}ftyp(?:hei|hev|mif1|msf1|avi)/],
];

async function typeOf(file: File): Promise<string | undefined> {
  const start = String.fromCharCode(...new Uint8Array(await file.slice(0, 16).arrayBuffer()));
  return SIGNATURES.find(([, signature]) => signature.test(start))?.[0];
}
