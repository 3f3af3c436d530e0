import { AppError } from '../http/errors.ts';
import type { UploadId, UserId } from '../library/ids.ts';
import { photoIdIn } from '../library/object-names.ts';
import { isOpen, type Upload } from '../library/shapes.ts';
import type { Store } from '../library/store.ts';
import type { Placement } from '../photos/place-upload.ts';
import { inspectUpload, type InspectDeps } from './inspect-upload.ts';
import type { BatchItem } from './schemas.ts';

/** What can be said of an item before the transaction. */
export interface Inspected {
  /** Absent where the item was none to begin with. */
  upload: UploadId | undefined;
  /** How it would be placed, or why it cannot be; undefined where the upload has become a photo already, or has ended. */
  inspection: Placement | AppError | undefined;
}

/** Objects that are looked at in parallel: each holds its head in memory. */
const AT_ONCE = 8;

/** Looks at the objects of all items, in their order. */
export async function inspectAll(
  deps: InspectDeps & { store: Store },
  user: UserId,
  items: (BatchItem | AppError)[],
): Promise<Inspected[]> {
  const uploads = await deps.store.uploads(user, uploadsIn(items));
  const known = new Map(uploads.flatMap((upload) => (upload ? [[upload.id, upload]] : [])));
  const look = async (item: BatchItem | AppError): Promise<Inspected> =>
    item instanceof AppError
      ? { upload: undefined, inspection: item }
      : { upload: item.upload, inspection: await inspect(deps, item, known.get(item.upload)) };
  const inspected: Inspected[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) {
    inspected.push(...(await Promise.all(items.slice(first, first + AT_ONCE).map(look))));
  }
  return inspected;
}

/** The uploads that the items name. */
export const uploadsIn = (items: (BatchItem | AppError)[]) =>
  items.flatMap((item) => (item instanceof AppError ? [] : [item.upload]));

async function inspect(
  deps: InspectDeps,
  { caption, alt, takenAt }: BatchItem,
  upload: Upload | undefined,
): Promise<Inspected['inspection']> {
  if (!upload) return new AppError('not-found', 'There is no such upload.');
  if (!isOpen(upload)) return undefined;
  try {
    const received = await inspectUpload(deps, upload);
    const said = { caption, alt, ...(takenAt ? { takenAt } : {}) };
    return { ...said, id: photoIdIn(received.object), upload: received, allowDuplicates: false };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
