import type { Bytes } from '../store/bytes.ts';
import { StorageError } from '../storage-error.ts';
import { Checksums } from './checksums.ts';
import type { Engine } from './engine.ts';
import type { ChunkRange, Session } from './session.ts';

/** What a session keeps between requests is a multiple of this many bytes ("Resumable uploads"). */
const QUANTUM_BYTES = 256 << 10;

/**
 * Appends what a request brings and returns how many bytes the session then has. What ends in the middle of the object
 * is cut to the quantum, also when the connection broke: in that case the error is thrown on.
 */
export async function keepBytes(engine: Engine, session: Session, range: ChunkRange, bytes: Bytes): Promise<number> {
  if (range.start === undefined && range.total !== session.received) return session.received;
  const start = range.start ?? session.received;
  if (start > session.received) {
    throw new StorageError(
      'unavailable',
      `Invalid request. According to the Content-Range header, the upload offset is ${start} byte(s), ` +
        `which exceeds already uploaded size of ${session.received} byte(s).`,
    );
  }
  const arriving = orderly(fresh(bytes, start, session.received, limit(range, session)));
  const size = await append(engine, session, arriving.bytes);
  const ends = !arriving.error && (range.total === undefined ? range.last : range.total === size);
  if (ends) session.received = size;
  else keep(engine, session, size);
  if (arriving.error) throw arriving.error;
  return session.received;
}

/** Writes behind what is kept, and returns how many bytes there are now. */
async function append(engine: Engine, session: Session, bytes: Bytes): Promise<number> {
  const sums = await sumsOf(engine, session);
  try {
    await engine.store.blobs.write(session.blob, session.received, sums.tap(bytes));
    return sums.size;
  } catch (error) {
    engine.live.sums.delete(session.id);
    throw error;
  }
}

/** The checksums of what the session keeps; after a restart or a cut they are computed from the bytes. */
export async function sumsOf({ store, live }: Engine, { id, blob, received }: Session): Promise<Checksums> {
  const running = live.sums.get(id);
  if (running?.size === received) return running;
  const sums = new Checksums();
  if (received > 0) await sums.drain(store.blobs.readArriving(blob, received));
  live.sums.set(id, sums);
  return sums;
}

/** Notes in the row, and in `session`, what is kept for good. */
function keep({ store, live }: Engine, session: Session, size: number): void {
  session.received = size - (size % QUANTUM_BYTES);
  if (session.received < size) {
    store.blobs.truncate(session.blob, session.received);
    live.sums.delete(session.id);
  }
  store.sessions.update(session);
}

/** The offset behind the last byte that may come. */
function limit({ end, total }: ChunkRange, { target }: Session): number {
  return Math.min(end === undefined ? Infinity : end + 1, total ?? Infinity, target.length ?? Infinity);
}

/** Leaves out what is kept already, and refuses what lies beyond `until`. */
function fresh(bytes: Bytes, start: number, kept: number, until: number): Bytes {
  let at = start;
  return (take) =>
    bytes((chunk) => {
      const next = at + chunk.length;
      if (next > until) throw new StorageError('invalid', `More than the announced ${until} bytes came.`);
      if (next > kept) take(chunk.subarray(Math.max(kept - at, 0)));
      at = next;
    });
}

/**
 * The bytes up to where they end or break off. Only afterwards is it known whether `error` is set. What their taker throws
 * is thrown on.
 */
function orderly(bytes: Bytes): { bytes: Bytes; error?: unknown } {
  const arriving: { bytes: Bytes; error?: unknown } = { bytes: read };
  async function read(take: (chunk: Uint8Array) => void): Promise<void> {
    let untaken: Uint8Array | undefined;
    try {
      await bytes((chunk) => {
        untaken = chunk;
        take(chunk);
        untaken = undefined;
      });
    } catch (error) {
      if (untaken) throw error;
      arriving.error = error;
    }
  }
  return arriving;
}
