import { randomBytes } from 'node:crypto';
import {
  createReadStream,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlone, release } from '../../../release.ts';

/** So many bytes are gathered before they are written: fewer, larger writes, and a bound for what one upload holds. */
const BATCH = 256 << 10;

/** The files of objects, as `openBlobs` gives them. */
export type Blobs = ReturnType<typeof openBlobs>;

export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * The files below `folder` that hold the bytes of objects, one each, named at random.
 * What is still arriving lies in `incoming/`, so that leftovers are found without looking at every object.
 */
export function openBlobs(folder: string) {
  const incoming = join(folder, 'incoming');
  mkdirSync(incoming, { recursive: true });
  const arriving = (blob: string) => join(incoming, blob);
  const stored = (blob: string) => join(folder, blob);
  return {
    newName: () => randomBytes(15).toString('hex'),
    /** Writes `bytes` from the offset `at` on, and returns when they are on the disk. */
    write: (blob: string, at: number, bytes: Bytes) => writeFrom(arriving(blob), at, bytes),
    /** The first `size` bytes (at least one) of what has arrived. */
    readArriving: (blob: string, size: number): Bytes => createReadStream(arriving(blob), { end: size - 1 }),
    truncate: (blob: string, size: number) => truncateSync(arriving(blob), size),
    discard: (blob: string) => rmSync(arriving(blob), { force: true }),
    /** Names in `incoming/`, to be judged at start. */
    leftovers: () => readdirSync(incoming),
    /** Moves arrived bytes to their place. A rename that a crash undoes is made again at start. */
    settle: (blob: string) => renameSync(arriving(blob), stored(blob)),
    /** A file descriptor of stored bytes, which the caller closes. */
    open: (blob: string) => openSync(stored(blob), 'r'),
    /** A second name for stored bytes, among those that have arrived. */
    link: (blob: string, twin: string) => linkDurably(stored(blob), arriving(twin)),
    /** Whether they are gone. If not, whoever noted them as garbage has them removed at the next start. */
    remove: (blob: string) => isRemoved(stored(blob)),
  };
}

function isRemoved(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}

async function writeFrom(path: string, at: number, bytes: Bytes): Promise<void> {
  const file = await open(path, at === 0 ? 'w' : 'r+');
  try {
    let position = at;
    for await (const batch of batches(bytes)) position += await writeAll(file, batch, position);
    // A write that failed before may have left more.
    if (at > 0) await file.truncate(position);
    // A new file's name becomes durable with its first sync on ext4, XFS and btrfs: the folder needs no sync of its own.
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function* batches(bytes: Bytes): AsyncGenerator<Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    batch.push(chunk);
    size += chunk.length;
    if (size < BATCH) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (size > 0) yield batch;
}

async function writeAll(file: FileHandle, batch: Uint8Array[], position: number): Promise<number> {
  const size = batch.reduce((sum, chunk) => sum + chunk.length, 0);
  const { bytesWritten } = await file.writev(batch, position);
  if (bytesWritten < size) throw new Error(`Only ${bytesWritten} of ${size} bytes could be written.`);
  for (const chunk of batch) if (isAlone(chunk)) release(chunk);
  return size;
}

/** The sync of the file makes its new name durable too: the link count is part of what is synced. */
async function linkDurably(path: string, twin: string): Promise<void> {
  linkSync(path, twin);
  const file = await open(twin, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
