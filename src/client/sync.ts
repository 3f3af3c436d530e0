import type { Album, ListedPhoto } from './api-types.ts';
import { sendOperation } from './calls.ts';
import { PhotoTimelineError } from './photo-timeline-error.ts';
import type { Transport } from './transport.ts';

/** One change of a library, of a kind that this client knows. */
export type LibraryChange =
  | { kind: 'photo'; type: 'upsert'; sequence: number; id: string; photo: ListedPhoto }
  | { kind: 'album'; type: 'upsert'; sequence: number; id: string; album: Album }
  | { kind: 'photo' | 'album'; type: 'delete'; sequence: number; id: string; reason: string };

/** One page of changes, as a copy saves it. */
export interface SyncStep {
  /** To apply in this order. A deleted photo may be one that the copy never had. */
  changes: LibraryChange[];
  /** Where the copy stands after these changes. Opaque. */
  position: string;
  /** The library is listed again from here. What is not listed by the end of the last step is no longer there. */
  startsOver: boolean;
  /** Nothing newer was there. */
  isLast: boolean;
}

/** A copy of a library, as an app keeps it. */
export interface LibraryCopy {
  /** The position of the last step that was saved; undefined for a new copy. */
  load(): string | undefined | Promise<string | undefined>;
  /** Saves the changes and the position in one transaction, so that a crash leaves both or neither. */
  save(step: SyncStep): void | Promise<void>;
}

export interface SyncOptions {
  /** Changes on a page, 200 unless given. */
  pageSize?: number | undefined;
  /** `all`: photos with place, camera, file name and albums. */
  fields?: 'all' | undefined;
  signal?: AbortSignal | undefined;
}

/** What one round of sync has done. */
export interface SyncResult {
  upserts: number;
  deletes: number;
  /** The library was listed from its beginning. */
  startedOver: boolean;
}

/**
 * Brings a copy up to date: lists the whole library at first, later what has changed.
 * @throws PhotoTimelineError
 */
export async function syncCopy(
  transport: Transport,
  copy: LibraryCopy,
  options: SyncOptions = {},
): Promise<SyncResult> {
  const result = { upserts: 0, deletes: 0, startedOver: false };
  let position = readPosition(await copy.load());
  for (;;) {
    const page = await readPage(transport, position, options);
    if (page === 'unchanged') return result;
    if (page === 'too-old') {
      position = {};
      continue;
    }
    const { changes, token, more, etag } = page;
    const startsOver = position.token === undefined;
    // The tag is that of the library, whatever the token is. With it a page in the middle would be 304.
    position = { token, etag: more ? undefined : etag };
    await copy.save({ changes, position: JSON.stringify(position), startsOver, isLast: !more });
    count(result, changes, startsOver);
    if (!more) return result;
  }
}

interface Position {
  token?: string | undefined;
  etag?: string | undefined;
}

/** A position that is damaged counts as none. */
function readPosition(saved: string | undefined): Position {
  try {
    const position = JSON.parse(saved ?? '{}') as Position | null;
    return typeof position?.token === 'string' ? position : {};
  } catch {
    return {};
  }
}

async function readPage(transport: Transport, { token, etag }: Position, options: SyncOptions) {
  const { pageSize = 200, fields, signal } = options;
  try {
    const { status, headers, body } = await sendOperation(transport, 'get /v1/changes', {
      query: { token, limit: pageSize, fields },
      header: { 'If-None-Match': etag },
      signal,
    });
    if (status === 304) return 'unchanged';
    return { ...body, changes: knownChanges(body.changes), etag: headers.get('ETag') ?? undefined };
  } catch (error) {
    if (error instanceof PhotoTimelineError && STALE.has(error.code) && token !== undefined) return 'too-old';
    throw error;
  }
}

/** Answers to a token that is too old, or that this service cannot read any more. */
const STALE: ReadonlySet<string> = new Set(['resync', 'cursor-invalid']);

/** What this client reads of a change. Services that are newer may send kinds and types that it does not know. */
interface AnyChange {
  kind: string;
  type: string;
  sequence: number;
  id?: string;
  reason?: string;
  photo?: ListedPhoto;
  album?: Album;
}

const knownChanges = (changes: readonly AnyChange[]): LibraryChange[] => changes.flatMap(known);

function known({ kind, type, sequence, id, reason = '', photo, album }: AnyChange): LibraryChange[] {
  if (kind !== 'photo' && kind !== 'album') return [];
  if (type === 'delete' && id !== undefined) return [{ kind, type, sequence, id, reason }];
  if (type !== 'upsert') return [];
  if (photo) return [{ kind: 'photo', type, sequence, id: photo.id, photo }];
  return album ? [{ kind: 'album', type, sequence, id: album.id, album }] : [];
}

function count(result: SyncResult, changes: LibraryChange[], startsOver: boolean): void {
  const deletes = changes.filter(({ type }) => type === 'delete').length;
  result.deletes += deletes;
  result.upserts += changes.length - deletes;
  result.startedOver ||= startsOver;
}

export interface FollowOptions extends SyncOptions {
  /** Time between two rounds, in milliseconds; half a minute unless given. */
  everyMs?: number | undefined;
  /** Is told of a round that failed for now. The next one comes after the usual time, or after `Retry-After`. */
  onFailure?: ((error: PhotoTimelineError) => void) | undefined;
}

/** Keeps a copy up to date until the signal aborts. Yields the result of each round that changed something. */
export async function* followLibrary(
  transport: Transport,
  copy: LibraryCopy,
  { everyMs = 30_000, onFailure, ...options }: FollowOptions = {},
): AsyncGenerator<SyncResult, void> {
  for (;;) {
    let delayMs = everyMs;
    try {
      const result = await syncCopy(transport, copy, options);
      if (result.startedOver || result.upserts + result.deletes > 0) yield result;
    } catch (error) {
      if (!(error instanceof PhotoTimelineError) || !error.isPassing) throw error;
      onFailure?.(error);
      delayMs = Math.max(everyMs, error.retryAfterMs ?? 0);
    }
    await transport.wait(delayMs, options.signal);
  }
}
