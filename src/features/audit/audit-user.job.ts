import type { Bucket } from '@google-cloud/storage';
import { z } from 'zod';
import type { Clock } from '../../runtime/clock.ts';
import type { CreateTask } from '../../background/create-task.ts';
import { defineSweep } from '../../background/define-sweep.ts';
import { jobTask } from '../../background/job-task.ts';
import type { SteadyClock } from '../../background/steady-clock.ts';
import { isErased } from '../../data/rules/erasure.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import { irreplaceableBytes } from '../../data/model/stored-objects.ts';
import type { Log } from '../../runtime/log.ts';
import type { Blobs } from '../../objects/blobs.ts';
import { makeVariantsRef } from '../photos/make-variants.job.ts';
import { auditRef, keepAudit } from './audit-result.ts';
import { compare, type Findings } from './compare.ts';
import { readRange } from './read-range.ts';

export interface AuditDeps {
  store: Store;
  library: Library;
  bucket: Bucket;
  blobs: Blobs;
  createTask: CreateTask;
  clock: Clock;
  steadyClock: SteadyClock;
  log: Log;
}

/** Photos named in a result, at the most; the counts are of all. */
const MOST_NAMED = 20;

const Progress = z.object({
  /** The last photo that has been looked at. */
  after: z.string(),
  startedAt: z.number(),
  photos: z.number(),
  bytes: z.number(),
  missing: z.number(),
  damaged: z.number(),
  remade: z.number(),
  removed: z.number(),
  /** Some of the photos that are missing or damaged. */
  named: z.array(z.string()),
});
type Progress = z.infer<typeof Progress>;

/** Holds all that one user has against the bucket, stretch by stretch, puts right what it can, and keeps the result. */
export const auditUser = defineSweep({
  name: 'audit-user',
  state: Progress,
  async step(deps: AuditDeps, user, before = beginning(deps.clock.now()), run) {
    const stretch = await readRange(deps, user, before.after);
    const found = compare(stretch, deps.clock.now());
    // By a clock that was just set ahead an upload that is on its way would be left over.
    const leftOver = (await deps.steadyClock.wait()) > 0 ? [] : found.leftOver;
    const findings = await lookAgain(deps, user, { ...found, leftOver });
    await putRight(deps, user, findings);
    const progress = add(
      before,
      stretch.photos.filter((photo) => !isErased(photo)),
      findings,
    );
    if (stretch.upTo !== undefined) {
      return { outcome: describe(progress), next: { ...progress, after: stretch.upTo }, at: stretch.upTo };
    }
    await keep(deps, user, run, progress);
    return { outcome: describe(progress) };
  },
});

const beginning = (startedAt: number): Progress => ({
  after: '',
  startedAt,
  photos: 0,
  bytes: 0,
  missing: 0,
  damaged: 0,
  remade: 0,
  removed: 0,
  named: [],
});

/** Rows were read before objects were listed: a photo that has gone meanwhile is no finding. */
async function lookAgain({ store }: AuditDeps, user: UserId, findings: Findings): Promise<Findings> {
  const suspects = [...findings.missing, ...findings.damaged, ...findings.incomplete];
  const there = new Set((await store.photos(user, suspects)).map(({ id }) => id));
  const still = (ids: PhotoId[]) => ids.filter((id) => there.has(id));
  const { missing, damaged, incomplete, leftOver } = findings;
  return { missing: still(missing), damaged: still(damaged), incomplete: still(incomplete), leftOver };
}

async function putRight({ blobs, createTask, log }: AuditDeps, user: UserId, findings: Findings): Promise<void> {
  const { missing, damaged, incomplete, leftOver } = findings;
  await blobs.remove(...leftOver);
  await Promise.all(incomplete.map((photo) => createTask(jobTask(makeVariantsRef, { user, photo, again: true }))));
  if (leftOver.length > 0)
    log.warn(
      { account: user, objects: leftOver.slice(0, MOST_NAMED) },
      `Removed ${leftOver.length} objects of no photo.`,
    );
  if (missing.length + damaged.length > 0)
    log.error({ account: user, missing, damaged }, 'Originals are missing or damaged.');
}

const add = (before: Progress, photos: Photo[], found: Findings): Progress => ({
  ...before,
  photos: before.photos + photos.length,
  bytes: before.bytes + photos.reduce((sum, photo) => sum + irreplaceableBytes(photo), 0),
  missing: before.missing + found.missing.length,
  damaged: before.damaged + found.damaged.length,
  remade: before.remade + found.incomplete.length,
  removed: before.removed + found.leftOver.length,
  named: [...before.named, ...found.missing, ...found.damaged].slice(0, MOST_NAMED),
});

const keep = ({ library }: AuditDeps, user: UserId, run: string, { after: _after, ...audit }: Progress) =>
  library.commit(user, (change) => keepAudit(change, { ...audit, run, finishedAt: change.now }), [auditRef]);

const describe = ({ photos, missing, damaged, remade, removed }: Progress) =>
  `${photos} photos, ${missing} missing, ${damaged} damaged, ${remade} remade, ${removed} objects removed`;
