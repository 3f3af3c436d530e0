import { createReadStream } from 'node:fs';
import { StorageError } from '../storage-error.ts';
import { Checksums } from './checksums.ts';
import type { Engine } from './engine.ts';
import type { StoredObject, Target } from './object.ts';
import { checkTarget, getObject, putObject, type ObjectRef } from './objects.ts';
import type { Preconditions } from './preconditions.ts';
import { bytesOf, type Bytes } from '../store/bytes.ts';

/** "Composite objects": so many sources at most in one call. */
const MAX_SOURCES = 32;

export interface Source extends ObjectRef {
  wanted: Preconditions;
}

/** Puts the bytes of several objects, in order, into a new one. A composite object has no md5. */
export async function composeObject(engine: Engine, sources: Source[], target: Target): Promise<StoredObject> {
  if (sources.length === 0) throw new StorageError('required', 'You must provide at least one source component.');
  if (sources.length > MAX_SOURCES) {
    throw new StorageError(
      'invalid',
      `The number of source components provided (${sources.length}) exceeds the maximum (32)`,
    );
  }
  checkTarget(engine, target);
  const parts = sources.map((source) => getObject(engine, source, source.wanted));
  const { blobs } = engine.store;
  const blob = blobs.newName();
  const sums = new Checksums();
  try {
    await blobs.write(blob, 0, sums.tap(concatenated(engine, parts)));
    const components = parts.reduce((count, part) => count + (part.components ?? 1), 0);
    const object = await putObject(engine, target, { blob, ...sums.digest(), md5: null, components });
    blobs.settle(blob);
    return object;
  } catch (error) {
    blobs.discard(blob);
    throw error;
  }
}

/** Opens all parts at once, so that a later delete does not matter. */
function concatenated({ store }: Engine, parts: StoredObject[]): Bytes {
  const streams = parts.map(({ blob }) => createReadStream('', { fd: store.blobs.open(blob) }));
  return async (take) => {
    try {
      for (const stream of streams) await bytesOf(() => stream)(take);
    } finally {
      for (const stream of streams) stream.destroy();
    }
  };
}
