import { AppError } from '../../runtime/errors.ts';
import { presentProblem, type Problem } from '../../http/replies/problem.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { commitOnce } from '../../data/commit/idempotency.ts';
import { uploadRef } from '../../data/model/entity-refs.ts';
import type { Photo, PlacementStatus } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import { placementRefs, type Placement, type PlacementDeps } from '../photos/place-upload.ts';
import { fingerprintOf } from '../photos/user-time.ts';
import { inspectAll, uploadsIn, type Inspected } from './inspect-all.ts';
import type { InspectDeps } from './inspect-upload.ts';
import { photoOf } from './photo-of.ts';
import { resolveUploads } from './resolve-uploads.ts';
import type { BatchItem } from './schemas.ts';

export interface FinishDeps extends InspectDeps, PlacementDeps {
  store: Store;
  library: Library;
}

/** What became of one upload of a batch. */
export type FinishResult = { status: PlacementStatus; photo: Photo } | { status: 'failed'; problem: Problem };

/** What its idempotency record holds of it. */
type BatchRecord = ({ status: PlacementStatus; photo: PhotoId } | { status: 'failed'; problem: Problem })[];

/**
 * Turns finished uploads into photos, all in one transaction. Returns a result for each, in their order: a failure does not
 * affect the others, and an item that was invalid gets its own fault. An upload that has become a photo already gives the
 * same result again.
 */
export async function finishUploads(
  deps: FinishDeps,
  user: UserId,
  { items, idempotencyKey: key }: { items: (BatchItem | AppError)[]; idempotencyKey: string | undefined },
): Promise<{ results: FinishResult[]; replayed: boolean }> {
  const inspected = await inspectAll(deps, user, items);
  const placements = inspected.map(({ inspection }) => inspection).filter(isPlacement);
  const { result, replayed } = await commitOnce(deps.library, user, {
    key,
    content: ['batch', items.map(contentOf)],
    reads: [...uploadsIn(items).map(uploadRef), ...placements.flatMap(placementRefs)],
    run: (change) => resolveUploads(change, deps, inspected),
    recordOf: toRecord,
    replay: fromRecord,
  });
  return { results: result, replayed };
}

const contentOf = (item: BatchItem | AppError) =>
  item instanceof AppError || !item.takenAt ? item : { ...item, takenAt: fingerprintOf(item.takenAt) };

const isPlacement = (inspection: Inspected['inspection']): inspection is Placement =>
  inspection !== undefined && !(inspection instanceof AppError);

const toRecord = (results: FinishResult[]): BatchRecord =>
  results.map((result) => ('photo' in result ? { status: result.status, photo: result.photo.id } : result));

async function fromRecord(change: Change, record: BatchRecord): Promise<FinishResult[]> {
  // All in one lookup.
  await change.photos.getMany(record.flatMap((result) => ('photo' in result ? [result.photo] : [])));
  return Promise.all(
    record.map(async (result): Promise<FinishResult> => {
      if (!('photo' in result)) return result;
      try {
        return { status: result.status, photo: await photoOf(change, result.photo) };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { status: 'failed', problem: presentProblem(error) };
      }
    }),
  );
}
