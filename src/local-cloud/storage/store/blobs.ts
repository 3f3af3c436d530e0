import { randomBytes } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fdatasync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlone, release } from '../../../runtime/free-memory.ts';
import { bytesOf, type Bytes } from './bytes.ts';

/** The files of objects, as `openBlobs` gives them. */
export type Blobs = ReturnType<typeof openBlobs>;

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
    readArriving: (blob: string, size: number): Bytes =>
      bytesOf(() => createReadStream(arriving(blob), { end: size - 1 })),
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
    /** Returns whether the bytes are removed. If not, the next start removes them: they are noted as garbage. */
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
  const file = openSync(path, at === 0 ? 'w' : 'r+');
  try {
    let position = at;
    // Synchronous: the write goes to memory, and handing it to another thread takes longer than the copy.
    await bytes((chunk) => void (position += writeAll(file, chunk, position)));
    // A write that failed before may have left more.
    if (at > 0) ftruncateSync(file, position);
    // A new file's name becomes durable with its first sync on ext4, XFS and btrfs: the folder needs no sync of its own.
    await onDisk(file);
  } finally {
    closeSync(file);
  }
}

/** Syncs in another thread, so that other requests are answered meanwhile. */
const onDisk = promisify(fdatasync);

function writeAll(file: number, chunk: Uint8Array, position: number): number {
  const size = chunk.length;
  const written = writeSync(file, chunk, 0, size, position);
  if (written < size) throw new Error(`Only ${written} of ${size} bytes could be written.`);
  if (isAlone(chunk)) release(chunk);
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
