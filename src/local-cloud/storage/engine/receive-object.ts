import type { Bytes } from '../store/bytes.ts';
import { Checksums, verifyDeclared, type DeclaredChecksums } from './checksums.ts';
import type { Engine } from './engine.ts';
import type { StoredObject, Target } from './object.ts';
import { checkTarget, putObject } from './objects.ts';

/** An upload whose bytes come in one request. */
interface Upload extends Target {
  declared: DeclaredChecksums;
}

/**
 * Receives an object's bytes. If the stream breaks, or if the bytes do not match the declared checksums, nothing is kept.
 */
export async function receiveObject(engine: Engine, upload: Upload, bytes: Bytes): Promise<StoredObject> {
  checkTarget(engine, upload);
  const { blobs } = engine.store;
  const blob = blobs.newName();
  const object = await takeIn(engine, upload, blob, bytes);
  // A failure here undoes nothing: the row names these bytes already, and the next start moves them.
  blobs.settle(blob);
  return object;
}

async function takeIn(engine: Engine, upload: Upload, blob: string, bytes: Bytes): Promise<StoredObject> {
  const { blobs } = engine.store;
  const sums = new Checksums();
  try {
    await blobs.write(blob, 0, sums.tap(bytes));
    const content = { blob, ...sums.digest(), components: null };
    verifyDeclared(upload.declared, content);
    return await putObject(engine, upload, content);
  } catch (error) {
    blobs.discard(blob);
    throw error;
  }
}
