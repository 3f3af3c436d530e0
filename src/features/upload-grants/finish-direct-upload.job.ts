import type { Readable } from 'node:stream';
import { z } from 'zod';
import { defineJob, UserIdText } from '../../background/define-job.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { uploadRef } from '../../data/model/entity-refs.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import { isOpen, reservedBy, type Upload, type User } from '../../data/model/records.ts';
import { isSuspended } from '../../data/rules/suspension.ts';
import type { Store } from '../../data/read/store.ts';
import { AppError, isPassing } from '../../runtime/errors.ts';
import { ID_PATTERN, type UploadId, type UserId } from '../../runtime/ids.ts';
import { grantedName, photoIdIn } from '../../objects/object-names.ts';
import { fileTooLarge } from '../../http/forms/form-faults.ts';
import type { CreatedPhoto } from '../photos/create-photo.ts';
import { PhotoFiles } from '../photos/photo-files.ts';
import { placeUpload, placementRefs, type PlacementDeps } from '../photos/place-upload.ts';
import type { ReceiveDeps, ReceivedUpload } from '../photos/receive-upload.ts';
import { tokenRef } from '../tokens/personal-token.ts';
import { endUploads } from '../uploads/end-uploads.ts';

interface FinishDirectDeps extends ReceiveDeps, PlacementDeps {
  store: Store;
  library: Library;
}

export const finishDirectRef: JobRef<{ user: UserId; upload: UploadId }> = { name: 'finish-direct-upload' };

/**
 * Makes a photo of a file that has arrived by a direct grant. The file takes the way of every upload, from the bucket
 * instead of from a client, so its checksum is computed and its type is read from its content.
 */
export const finishDirectUpload = defineJob({
  ...finishDirectRef,
  payload: z.object({
    user: UserIdText,
    upload: z
      .string()
      .regex(ID_PATTERN)
      .transform((id) => id as UploadId),
  }),
  async run(deps: FinishDirectDeps, { user, upload: id }) {
    const [owner, upload] = await readUpload(deps, user, id);
    // The file stays, so that it becomes a photo once the suspension ends.
    if (owner && isSuspended(owner)) return 'nothing to do: the account is suspended';
    if (!upload) {
      await deps.blobs.remove(grantedName(user, id));
      return 'nothing to do: the grant has ended';
    }
    try {
      return await makePhoto(deps, user, upload);
    } catch (error) {
      if (!(error instanceof AppError) || isPassing(error.code)) throw error;
      await endUploads(deps.library, user, [id]);
      return `refused: ${error.code}`;
    }
  },
});

/** The owner, and the upload, unless the owner has ended it, or all grants, or the token that asked for it. */
async function readUpload(
  { store }: FinishDirectDeps,
  user: UserId,
  id: UploadId,
): Promise<[User | undefined, Upload?]> {
  const [owner, [upload]] = await Promise.all([store.user(user), store.uploads(user, [id])]);
  if (!owner || !upload?.byGrant || !isOpen(upload)) return [owner];
  const { generation, token } = upload.byGrant;
  if (generation !== (owner.grantGeneration ?? 0)) return [owner];
  return token === undefined || (await store.entity(user, tokenRef(token))) ? [owner, upload] : [owner];
}

async function makePhoto(deps: FinishDirectDeps, user: UserId, upload: Upload): Promise<string> {
  await using files = new PhotoFiles(deps);
  // A refused file is left in the middle; the disposal ends its stream.
  await using bytes = withinBytes(deps.blobs.stream(upload.object), upload.bytes);
  await files.receive({ kind: 'file', field: 'image', name: '', type: '', maxBytes: upload.bytes, bytes }, user);
  const received = files.complete([]);
  const placement = placementOf(received, 0);
  const { status } = await files.keepFor(
    deps.library.commit(user, (change) => place(change, deps, upload.id, received), [
      uploadRef(upload.id),
      ...placementRefs(placement),
    ]),
  );
  return status;
}

const placementOf = (upload: ReceivedUpload, reservedBytes: number) => ({
  id: photoIdIn(upload.object),
  upload,
  caption: '',
  alt: '',
  reservedBytes,
  allowDuplicates: false,
});

async function place(
  change: Change,
  deps: PlacementDeps,
  id: UploadId,
  received: ReceivedUpload,
): Promise<CreatedPhoto> {
  const upload = await change.uploads.get(id);
  if (!upload || !isOpen(upload)) throw new AppError('gone', 'The grant has ended.');
  const placed = await placeUpload(change, deps, placementOf(received, reservedBy(upload)));
  await change.uploads.keep({ ...upload, outcome: { status: placed.status, photo: placed.photo.id } });
  change.objects.erase([upload.object]);
  return { ...placed, replayed: false };
}

/** The bucket knows no largest size of a session. */
async function* withinBytes(stream: Readable, maxBytes: number): AsyncGenerator<Buffer, undefined> {
  let left = maxBytes;
  for await (const chunk of stream) {
    left -= (chunk as Buffer).length;
    if (left < 0) throw fileTooLarge(maxBytes);
    yield chunk as Buffer;
  }
}
