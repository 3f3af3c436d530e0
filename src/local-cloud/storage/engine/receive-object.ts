import type { Bytes } from '../store/blobs.ts';
import { Checksums, verifyDeclared, type DeclaredChecksums } from './checksums.ts';
import type { Engine } from './engine.ts';
import type { StoredObject } from './object.ts';
import { checkTarget, putObject, type Target } from './objects.ts';

/** An upload whose bytes come in one request. */
export interface Upload extends Target {
  declared: DeclaredChecksums;
}

/**
 * Takes an object's bytes as they stream in. If they break off, or are not those that were declared, nothing of them
 * remains.
 */
export async function receiveObject(engine: Engine, upload: Upload, bytes: Bytes): Promise<StoredObject> {
  checkTarget(engine, upload);
  const { blobs } = engine.store;
  const blob = blobs.newName();
  const sums = new Checksums();
  try {
    await blobs.write(blob, 0, sums.tap(bytes));
    const content = { blob, ...sums.digest(), components: null };
    verifyDeclared(upload.declared, content);
    const object = putObject(engine, upload, content);
    blobs.settle(blob);
    return object;
  } catch (error) {
    blobs.discard(blob);
    throw error;
  }
}
