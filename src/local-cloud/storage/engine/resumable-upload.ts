import { randomBytes } from 'node:crypto';
import type { Bytes } from '../store/bytes.ts';
import { StorageError } from '../storage-error.ts';
import { verifyDeclared, type DeclaredChecksums } from './checksums.ts';
import type { Engine } from './engine.ts';
import type { StoredObject } from './object.ts';
import { checkPlace, writeObject } from './objects.ts';
import { keepBytes, sumsOf } from './session-bytes.ts';
import type { ChunkRange, Session, SessionTarget } from './session.ts';

/** How long a session lives, in milliseconds ("Resumable uploads": one week). */
export const SESSION_LIFE_MS = 7 * 86_400_000;

/** Where a session stands after a request to it. */
type Progress = { state: 'open'; received: number } | { state: 'finished'; object: StoredObject };

interface Chunk {
  range: ChunkRange;
  declared: DeclaredChecksums;
  bytes: Bytes;
  /** Aborts the request if a later one takes over. */
  abort: () => void;
}

/** Opens a session. Its preconditions are checked when the upload ends, as with Cloud Storage. */
export function openSession(engine: Engine, target: SessionTarget): Session {
  checkPlace(engine, target);
  const { store, clock } = engine;
  const id = randomBytes(32).toString('base64url');
  const blob = store.blobs.newName();
  const session = { id, blob, received: 0, created: clock.now(), state: 'open' as const, target, object: null };
  store.sessions.insert(session);
  return session;
}

/**
 * The session with this id, in any state.
 * @throws StorageError notFound when there is none or its week is over
 */
function findSession({ store, clock }: Engine, id: string): Session {
  const session = store.sessions.get(id);
  if (session && session.created + SESSION_LIFE_MS > clock.now()) return session;
  throw new StorageError('notFound', 'The upload session does not exist or has expired.');
}

/** Receives the bytes of one request, if it has any. Finishes the session when the object is whole; else returns its progress. */
export function continueSession(engine: Engine, id: string, chunk: Chunk): Promise<Progress> {
  return engine.live.alone(id, chunk.abort, async () => {
    const session = findSession(engine, id);
    if (session.state === 'closed') throw new StorageError('gone', 'The upload session has been closed.');
    if (session.object) return { state: 'finished', object: session.object };
    return advance(engine, session, chunk);
  });
}

/** Ends a session: its bytes are removed, and its URI is no longer valid. */
export function cancelSession(engine: Engine, id: string): Promise<void> {
  const abort = () => undefined;
  return engine.live.alone(id, abort, async () => {
    const session = findSession(engine, id);
    if (session.state === 'open') closeSession(engine, session);
  });
}

async function advance(engine: Engine, session: Session, chunk: Chunk): Promise<Progress> {
  const { range } = chunk;
  const size = await keepBytes(engine, session, range, chunk.bytes);
  const whole = range.total === undefined ? range.last : range.total === size;
  if (!whole) return { state: 'open', received: size };
  return { state: 'finished', object: await finish(engine, session, chunk.declared) };
}

async function finish(engine: Engine, session: Session, declared: DeclaredChecksums): Promise<StoredObject> {
  const object = await takeOver(engine, session, declared);
  // A failure here undoes nothing: the row names these bytes already, and the next start moves them.
  engine.store.blobs.settle(session.blob);
  engine.live.sums.delete(session.id);
  return object;
}

async function takeOver(engine: Engine, session: Session, declared: DeclaredChecksums): Promise<StoredObject> {
  try {
    const sums = await sumsOf(engine, session);
    const content = { blob: session.blob, ...sums.digest(), components: null };
    checkLength(session, content.size);
    verifyDeclared(session.target.declared, content);
    verifyDeclared(declared, content);
    return engine.store.transaction(() => {
      const written = writeObject(engine, session.target, content);
      engine.store.sessions.update({ ...session, state: 'finished', object: written });
      return written;
    });
  } catch (error) {
    // After a refusal by the disk the session stays open: a later attempt may succeed.
    if (error instanceof StorageError) closeSession(engine, session);
    throw error;
  }
}

function checkLength({ target }: Session, size: number): void {
  if (target.length === null || target.length === size) return;
  throw new StorageError('invalid', `X-Upload-Content-Length announced ${target.length} bytes, ${size} came.`);
}

function closeSession({ store, live }: Engine, session: Session): void {
  store.sessions.update({ ...session, state: 'closed', received: 0 });
  live.sums.delete(session.id);
  store.blobs.discard(session.blob);
}
