import type { DeclaredChecksums } from '../engine/checksums.ts';
import type { StoredObject, Target } from '../engine/object.ts';
import { continueSession, openSession } from '../engine/resumable-upload.ts';
import type { Session, ChunkRange } from '../engine/session.ts';
import { StorageError } from '../storage-error.ts';
import { header, toNumber, type Call, type Reply } from './call.ts';
import { bodyOf, headerChecksums } from './upload-parts.ts';

/** Opens a session. The headers fix the length and the browser's origin, whichever API it is. */
export function startUpload(call: Call, target: Target, declared: DeclaredChecksums): Session {
  const length = header(call, 'x-upload-content-length');
  return openSession(call.engine, {
    ...target,
    declared,
    length: length === undefined ? null : toNumber('X-Upload-Content-Length', length),
    origin: header(call, 'origin') ?? null,
  });
}

/** Handles a request to a session's URI, for either API. Returns the object, or the reply that says how far the session is. */
export async function continueUpload(call: Call): Promise<{ object: StoredObject } | { reply: Reply }> {
  const range = contentRange(header(call, 'content-range'));
  const body = bodyOf(call.request);
  const progress = await continueSession(call.engine, sessionId(call), {
    range,
    declared: headerChecksums(call),
    // A status request is no upload, so it is never cut.
    bytes: range.start === undefined ? body : call.faults.pass(call.request, body, range.start),
    abort: () => call.request.destroy(),
  });
  if (progress.state === 'finished') return { object: progress.object };
  return { reply: incomplete(call, progress.received) };
}

/**
 * The reply of a session that is not finished. Go's HTTP client takes 308 for a redirect; a client that sends
 * `X-GUploader-No-308: yes` gets 200, with the status in a header of its own.
 */
function incomplete(call: Call, kept: number): Reply {
  const range: Record<string, string> = kept > 0 ? { range: `bytes=0-${kept - 1}` } : {};
  if (header(call, 'x-guploader-no-308') !== 'yes') return { status: 308, headers: range };
  return { status: 200, headers: { ...range, 'x-http-status-code-override': '308' } };
}

export function sessionId({ query }: Call): string {
  const id = query.get('upload_id');
  if (!id) throw new StorageError('required', 'Required parameter: upload_id');
  return id;
}

// bytes a-b/total   these bytes of so many
// bytes a-b/*       these bytes, more to come
// bytes a-*/total   from here on, of so many
// bytes a-*/*       from here on: the object ends with the body
// bytes */total     no bytes, a status request; it finishes an object that has so many bytes
// bytes */*         no bytes, a status request
/** What the Content-Range of a request to a session means. Without one the body is the whole object. */
function contentRange(header: string | undefined): ChunkRange {
  if (header === undefined) return { start: 0, end: undefined, total: undefined, last: true };
  const match = /^bytes[ =](?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(header.trim());
  if (!match) throw new StorageError('invalid', `Failed to parse Content-Range header: ${header}`);
  const start = known(match[1]);
  const end = known(match[2]);
  const total = known(match[3]);
  if (start !== undefined && end !== undefined && (end < start || end >= (total ?? Infinity))) {
    throw new StorageError('invalid', `The Content-Range ${header} contradicts itself.`);
  }
  return { start, end, total, last: start !== undefined && end === undefined };
}

const known = (text: string | undefined) => (text === undefined || text === '*' ? undefined : Number(text));
