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
import { compare, type AuditFindings } from './compare.ts';
import { readRange } from './read-range.ts';

interface AuditDeps {
  store: Store;
  library: Library;
  bucket: Bucket;
  blobs: Blobs;
  createTask: CreateTask;
  clock: Clock;
  steadyClock: SteadyClock;
  log: Log;
}

/** Photos named in a result. The counts are of all photos. */
const MOST_NAMED = 20;

const Progress = z.object({
  /** The last photo that has been compared. */
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

/** Compares all data of one user with the bucket, range by range. Repairs what it can, and stores the result. */
export const auditUser = defineSweep({
  name: 'audit-user',
  state: Progress,
  async step(deps: AuditDeps, user, before = newProgress(deps.clock.now()), run) {
    const range = await readRange(deps, user, before.after);
    const found = compare(range, deps.clock.now());
    // After a step of the clock a running upload could look as old as an orphan.
    const orphans = (await deps.steadyClock.wait()) > 0 ? [] : found.orphans;
    const findings = await dropErased(deps, user, { ...found, orphans });
    await repair(deps, user, findings);
    const progress = add(
      before,
      range.photos.filter((photo) => !isErased(photo)),
      findings,
    );
    if (range.upTo !== undefined) {
      return { outcome: describe(progress), next: { ...progress, after: range.upTo }, at: range.upTo };
    }
    await keep(deps, user, run, progress);
    return { outcome: describe(progress) };
  },
});

const newProgress = (startedAt: number): Progress => ({
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

/** Drops photos that were erased after they were read and before their objects were listed. */
async function dropErased({ store }: AuditDeps, user: UserId, findings: AuditFindings): Promise<AuditFindings> {
  const suspects = [...findings.missing, ...findings.damaged, ...findings.incomplete];
  const there = new Set((await store.photos(user, suspects)).map(({ id }) => id));
  const still = (ids: PhotoId[]) => ids.filter((id) => there.has(id));
  const { missing, damaged, incomplete, orphans } = findings;
  return { missing: still(missing), damaged: still(damaged), incomplete: still(incomplete), orphans };
}

async function repair({ blobs, createTask, log }: AuditDeps, user: UserId, findings: AuditFindings): Promise<void> {
  const { missing, damaged, incomplete, orphans } = findings;
  await blobs.remove(...orphans);
  await Promise.all(incomplete.map((photo) => createTask(jobTask(makeVariantsRef, { user, photo, again: true }))));
  if (orphans.length > 0)
    log.warn({ account: user, objects: orphans.slice(0, MOST_NAMED) }, `Removed ${orphans.length} orphaned objects.`);
  if (missing.length + damaged.length > 0)
    log.error({ account: user, missing, damaged }, 'Originals are missing or damaged.');
}

const add = (before: Progress, photos: Photo[], found: AuditFindings): Progress => ({
  ...before,
  photos: before.photos + photos.length,
  bytes: before.bytes + photos.reduce((sum, photo) => sum + irreplaceableBytes(photo), 0),
  missing: before.missing + found.missing.length,
  damaged: before.damaged + found.damaged.length,
  remade: before.remade + found.incomplete.length,
  removed: before.removed + found.orphans.length,
  named: [...before.named, ...found.missing, ...found.damaged].slice(0, MOST_NAMED),
});

const keep = ({ library }: AuditDeps, user: UserId, run: string, { after: _after, ...audit }: Progress) =>
  library.commit(user, (change) => keepAudit(change, { ...audit, run, finishedAt: change.now }), [auditRef]);

const describe = ({ photos, missing, damaged, remade, removed }: Progress) =>
  `${photos} photos, ${missing} missing, ${damaged} damaged, ${remade} remade, ${removed} objects removed`;
