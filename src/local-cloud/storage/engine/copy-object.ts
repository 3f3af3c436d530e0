import { StorageError } from '../storage-error.ts';
import type { Source } from './compose.ts';
import type { Engine } from './engine.ts';
import type { ObjectFields, StoredObject, Target } from './object.ts';
import { checkRemovable } from './retention.ts';
import { checkTarget, getObject, retire, writeObject } from './objects.ts';

/** Where a copy goes. Without fields it takes those of its source. */
export interface CopyTarget extends Omit<Target, 'fields'> {
  fields: ObjectFields | undefined;
}

/** Makes a second object of the same bytes: a second name for one file, whatever its size. */
export function copyObject(engine: Engine, source: Source, target: CopyTarget): Promise<StoredObject> {
  return duplicate(engine, source, target, () => undefined);
}

/** Renames an object in its bucket in one step: no reader sees it twice or not at all. */
export function moveObject(engine: Engine, source: Source, target: CopyTarget): Promise<StoredObject> {
  if (source.name === target.name) throw new StorageError('invalid', 'Source and destination are the same object.');
  return duplicate(engine, source, target, () => {
    const moved = getObject(engine, source, source.wanted);
    checkRemovable(engine, moved);
    retire(engine, moved);
  });
}

async function duplicate(engine: Engine, source: Source, target: CopyTarget, afterwards: () => void) {
  const { store } = engine;
  const original = getObject(engine, source, source.wanted);
  const filled = { ...target, fields: target.fields ?? withoutHolds(original.fields) };
  checkTarget(engine, filled);
  const { size, crc32c, md5, components } = original;
  const blob = store.blobs.newName();
  try {
    await store.blobs.link(original.blob, blob);
    const object = store.transaction(() => {
      const written = writeObject(engine, filled, { blob, size, crc32c, md5, components });
      afterwards();
      return written;
    });
    store.blobs.settle(blob);
    return object;
  } catch (error) {
    store.blobs.discard(blob);
    throw error;
  }
}

/** A hold is one of the source alone. */
function withoutHolds({ eventBasedHold: _event, temporaryHold: _temporary, ...fields }: ObjectFields): ObjectFields {
  return fields;
}
