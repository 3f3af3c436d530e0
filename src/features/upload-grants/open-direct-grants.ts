import type { Change } from '../../data/rules/change.ts';
import { commitOnce } from '../../data/commit/idempotency.ts';
import { CommitInDoubt } from '../../data/commit/transact.ts';
import type { Upload } from '../../data/model/records.ts';
import { requireUser } from '../../data/read/store.ts';
import type { Caller } from '../../http/route.ts';
import { AppError } from '../../runtime/errors.ts';
import { newUploadId, type UploadId } from '../../runtime/ids.ts';
import { grantedName } from '../../objects/object-names.ts';
import { requireRoom } from '../photos/place-upload.ts';
import { requireSize, withPlace, type OpenUploadDeps } from '../uploads/open-upload.ts';
import { endOfGrants } from './open-grants.ts';

interface DirectGrants {
  count: number;
  days: number;
  /** The most that each file may have. */
  maxBytes: number;
  idempotencyKey: string | undefined;
}

/**
 * Opens sessions at the bucket for files of which nothing but their largest size is known. Each counts `maxBytes` in the
 * quota until its file is a photo. Those of a personal token do not outlive it.
 * @throws AppError file-too-large, service-full, quota-exceeded, too-many-uploads, idempotency-mismatch, gone,
 *   account-erased
 */
export async function openDirectGrants(
  deps: OpenUploadDeps,
  caller: Caller,
  { count, days, maxBytes, idempotencyKey }: DirectGrants,
): Promise<{ uploads: Upload[]; replayed: boolean }> {
  requireSize(maxBytes);
  await deps.serviceSpace.requireOpen();
  const expiresAt = endOfGrants(deps, caller, days);
  const { grantGeneration: generation = 0 } = await requireUser(deps, caller.user);
  const byGrant = { generation, token: caller.token?.id };
  const opened = await openAll(deps, caller, { count, maxBytes, expiresAt, byGrant });
  const keep = () =>
    commitOnce(deps.library, caller.user, {
      key: idempotencyKey,
      content: ['direct grants', count, days, maxBytes],
      reads: [],
      run: (change) => keepAll(change, deps.limits, opened),
      recordOf: (uploads) => uploads.map(({ id }) => id),
      replay: allOf,
    });
  try {
    const { result, replayed } = await withPlace(deps, caller.user, keep);
    if (replayed) await cancelAll(deps, opened);
    return { uploads: result, replayed };
  } catch (error) {
    if (!(error instanceof CommitInDoubt)) await cancelAll(deps, opened);
    throw error;
  }
}

function openAll(
  { directUploads }: OpenUploadDeps,
  { user }: Caller,
  { count, maxBytes, ...terms }: { count: number; maxBytes: number } & Pick<Upload, 'expiresAt' | 'byGrant'>,
): Promise<Upload[]> {
  const open = async (): Promise<Upload> => {
    const id = newUploadId();
    const object = grantedName(user, id);
    const session = await directUploads.open(object, { type: 'application/octet-stream', bytes: undefined });
    const unknown = { type: '', sha256: '', fileName: null };
    return { id, object, session, bytes: maxBytes, reservedBytes: maxBytes, ...unknown, ...terms };
  };
  return Promise.all(Array.from({ length: count }, open));
}

async function keepAll(change: Change, limits: { quotaBytes: number }, uploads: Upload[]): Promise<Upload[]> {
  for (const upload of uploads) {
    requireRoom(limits, await change.account.read(), upload.bytes);
    await change.uploads.keep(upload);
  }
  return uploads;
}

/** The uploads of an earlier request with this key. */
async function allOf(change: Change, ids: UploadId[]): Promise<Upload[]> {
  const uploads: Upload[] = [];
  for (const id of ids) {
    const upload = await change.uploads.get(id);
    if (!upload) throw new AppError('gone', 'The grants that this key opened have ended. Ask with a new key.');
    uploads.push(upload);
  }
  return uploads;
}

const cancelAll = ({ directUploads }: OpenUploadDeps, uploads: readonly Upload[]) =>
  Promise.all(uploads.map(({ session }) => directUploads.cancel(session)));
