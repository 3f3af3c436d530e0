import { AppError } from '../http/errors.ts';
import type { UserId } from '../library/ids.ts';
import { photoIdIn } from '../library/object-names.ts';
import type { Upload } from '../library/shapes.ts';
import type { Store } from '../library/store.ts';
import type { Placement } from '../photos/place-upload.ts';
import { inspectUpload, type InspectDeps } from './inspect-upload.ts';
import type { BatchItem } from './schemas.ts';

/** What can be said of an item before the transaction. */
export interface Inspected {
  item: BatchItem;
  /** How it would be placed, or why it cannot be; undefined where the upload has become a photo already. */
  inspection: Placement | AppError | undefined;
}

/** Objects that are looked at in parallel: each holds its head in memory. */
const AT_ONCE = 8;

/** Looks at the objects of all items, in their order. */
export async function inspectAll(
  deps: InspectDeps & { store: Store },
  user: UserId,
  items: BatchItem[],
): Promise<Inspected[]> {
  const uploads = await deps.store.uploads(
    user,
    items.map(({ upload }) => upload),
  );
  const inspected: Inspected[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) {
    const some = items.slice(first, first + AT_ONCE);
    const look = async (item: BatchItem, index: number) => ({
      item,
      inspection: await inspect(deps, item, uploads[first + index]),
    });
    inspected.push(...(await Promise.all(some.map(look))));
  }
  return inspected;
}

async function inspect(
  deps: InspectDeps,
  { caption, alt, takenAt }: BatchItem,
  upload: Upload | undefined,
): Promise<Inspected['inspection']> {
  if (!upload) return new AppError('not-found', 'There is no such upload.');
  if (upload.outcome) return undefined;
  try {
    const received = await inspectUpload(deps, upload);
    const said = { caption, alt, ...(takenAt ? { takenAt } : {}) };
    return { ...said, id: photoIdIn(received.object), upload: received, allowDuplicates: false };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
