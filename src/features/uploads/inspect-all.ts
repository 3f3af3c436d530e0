import { AppError, isFaultOfBytes } from '../../runtime/errors.ts';
import type { UploadId, UserId } from '../../runtime/ids.ts';
import { photoIdIn } from '../../objects/object-names.ts';
import { isOpen, type Upload } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import type { Placement } from '../photos/place-upload.ts';
import type { ReceivedUpload } from '../photos/receive-upload.ts';
import { withPreview } from '../photos/with-preview.ts';
import { inspectUpload, type InspectDeps } from './inspect-upload.ts';
import type { BatchItem } from './schemas.ts';

/** What is known of an item before the transaction. */
export interface Inspected {
  /** Absent where the item was invalid. */
  upload: UploadId | undefined;
  preview?: UploadId | undefined;
  /** How it would be placed, or why it cannot be; undefined where the upload has become a photo already, or has ended. */
  inspection: Placement | AppError | undefined;
}

/** Objects that are inspected in parallel: each holds its head in memory. */
const AT_ONCE = 8;

/** Inspects the objects of all items, in their order. */
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
      : { upload: item.upload, preview: item.preview, inspection: await inspect(deps, item, known) };
  const inspected: Inspected[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) {
    inspected.push(...(await Promise.all(items.slice(first, first + AT_ONCE).map(look))));
  }
  return inspected;
}

/** The uploads that the items name. */
export const uploadsIn = (items: (BatchItem | AppError)[]) =>
  items.flatMap((item) => (item instanceof AppError ? [] : [item.upload, ...(item.preview ? [item.preview] : [])]));

async function inspect(
  deps: InspectDeps,
  { upload: id, preview, caption, alt, takenAt }: BatchItem,
  known: ReadonlyMap<UploadId, Upload>,
): Promise<Inspected['inspection']> {
  const upload = known.get(id);
  if (!upload) return new AppError('not-found', 'There is no such upload.');
  if (!isOpen(upload)) return undefined;
  if (upload.previewOf) return isPreview();
  if (upload.byGrant) return isByGrant();
  try {
    const shown = preview && previewIn(known, preview, id);
    const received = await withItsPreview(deps, await inspectUpload(deps, upload), shown);
    return { id: photoIdIn(received.object), upload: received, caption, alt, takenAt, allowDuplicates: false };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** A fault of a preview is no fault of its picture: the client may send another preview. */
async function withItsPreview(
  deps: InspectDeps,
  received: ReceivedUpload,
  preview: Upload | undefined,
): Promise<ReceivedUpload> {
  if (!preview) return withPreview(received, undefined);
  try {
    return withPreview(received, await inspectUpload(deps, preview));
  } catch (error) {
    if (!(error instanceof AppError) || !isFaultOfBytes(error)) throw error;
    throw notAPreview(error.code, error.message);
  }
}

function previewIn(known: ReadonlyMap<UploadId, Upload>, id: UploadId, upload: UploadId): Upload {
  const preview = known.get(id);
  if (preview?.previewOf === upload && isOpen(preview)) return preview;
  throw notAPreview('not-found', 'is no open upload with `previewOf` this one');
}

const notAPreview = (code: string, message: string) =>
  new AppError('invalid-request', `/preview: ${message}`, { errors: [{ pointer: '/preview', code, message }] });

const isByGrant = () =>
  new AppError('invalid-request', 'This upload came by a grant. It becomes a photo within minutes, by itself.');

const isPreview = () =>
  new AppError('invalid-request', 'This upload is a preview: name it as `preview` beside the upload that it shows.');
