import { AppError, isFaultOfBytes } from '../../runtime/errors.ts';
import { presentProblem } from '../../http/replies/problem.ts';
import type { Change } from '../../data/rules/change.ts';
import { isOpen, reservedBy, type Upload } from '../../data/model/records.ts';
import { placeUpload, type PlacementDeps } from '../photos/place-upload.ts';
import type { FinishResult } from './finish-uploads.ts';
import { sessionEnded } from './inspect-upload.ts';
import { photoOf } from './photo-of.ts';
import type { Inspected } from './inspect-all.ts';

/** Makes photos of uploads. A task removes the objects that no photo keeps, after the commit. */
export async function resolveUploads(
  change: Change,
  deps: PlacementDeps,
  inspected: Inspected[],
): Promise<FinishResult[]> {
  const results: FinishResult[] = [];
  const superfluous: string[] = [];
  for (const one of inspected) {
    const upload = one.upload && (await change.uploads.get(one.upload));
    const { result, keepsObject } = await settle(change, deps, one, upload);
    results.push(result);
    if (upload && !keepsObject) superfluous.push(upload.object);
  }
  change.objects.erase(superfluous);
  return results;
}

interface Resolved {
  result: FinishResult;
  /** False when the object of the upload has no use any more. */
  keepsObject: boolean;
}

async function settle(
  change: Change,
  deps: PlacementDeps,
  inspected: Inspected,
  upload: Upload | undefined,
): Promise<Resolved> {
  try {
    if (!upload) throw inspected.inspection instanceof AppError ? inspected.inspection : noSuchUpload();
    if (upload.outcome) return { result: await settledBefore(change, upload.outcome), keepsObject: true };
    return await place(change, deps, inspected, upload);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // The same bytes can never become a photo, so nothing of the upload stays.
    const hopeless = upload !== undefined && !upload.outcome && isFaultOfBytes(error);
    if (hopeless) await change.uploads.delete(upload.id);
    else if (upload && endsUpload(error, inspected)) await change.uploads.end(upload.id);
    return { result: { status: 'failed', problem: presentProblem(error) }, keepsObject: !hopeless };
  }
}

/** Whether an upload is over: it has expired at the bucket, or the account has no room. Its object and place are freed. */
function endsUpload(error: AppError, { inspection }: Inspected): boolean {
  return error.code === 'quota-exceeded' || (error.code === 'gone' && error === inspection);
}

async function place(
  change: Change,
  deps: PlacementDeps,
  { inspection, preview: previewId }: Inspected,
  upload: Upload,
): Promise<Resolved> {
  if (upload.endedAt !== undefined) throw sessionEnded();
  if (upload.expiresAt <= change.now) throw new AppError('gone', 'The upload has expired. Open another one.');
  if (inspection instanceof AppError) throw inspection;
  // It had become a photo when its object was read, and that can only have been undone by a sweep.
  if (!inspection) throw noSuchUpload();
  const preview = previewId && (await change.uploads.get(previewId));
  if (previewId && !(preview && isOpen(preview))) throw noSuchUpload();
  const { status, photo, keepsUpload } = await placeUpload(change, deps, {
    ...inspection,
    reservedBytes: reservedBy(upload) + (preview ? reservedBy(preview) : 0),
  });
  const outcome = { status, photo: photo.id };
  await change.uploads.keep({ ...upload, outcome });
  if (preview) await change.uploads.keep({ ...preview, outcome });
  if (preview && !keepsUpload) change.objects.erase([preview.object]);
  return { result: { status, photo }, keepsObject: keepsUpload };
}

const noSuchUpload = () => new AppError('not-found', 'There is no such upload.');

const settledBefore = async (change: Change, { status, photo }: NonNullable<Upload['outcome']>) => ({
  status,
  photo: await photoOf(change, photo),
});
