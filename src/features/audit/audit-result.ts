import { packedKind } from '../../data/model/kind.ts';
import type { EntityRef } from '../../data/model/entity-refs.ts';
import type { Change } from '../../data/rules/change.ts';

/** What an audit of one user's photos found. Times are milliseconds since the Unix epoch. */
export interface Audit {
  /** Which run found it. Audits of earlier versions of the service have none. */
  run?: string;
  startedAt: number;
  finishedAt: number;
  /** Photos that were compared, those in the trash among them. */
  photos: number;
  /** Bytes of their originals and previews. */
  bytes: number;
  /** Photos whose original, or the preview that came with it, is not there. */
  missing: number;
  /** Photos whose original is not what was stored, by size or checksum. */
  damaged: number;
  /** Photos whose smaller sizes were not there. */
  remade: number;
  /** Objects that belonged to no photo. */
  removed: number;
  /** Some of the photos that are missing or damaged. */
  named: string[];
}

const AuditKind = packedKind<Audit>('Audit', {
  version: 1,
  fields: {
    startedAt: 'number',
    finishedAt: 'number',
    photos: 'number',
    bytes: 'number',
    missing: 'number',
    damaged: 'number',
    remade: 'number',
    removed: 'number',
    named: 'array',
  },
});

/** Each user has one: the next audit replaces it. */
export const auditRef: EntityRef<Audit> = { kind: AuditKind, name: 'last' };

/** Keeps what an audit found, unless the same run has kept its result: a step that is delivered twice finds less. */
export async function keepAudit({ account, entities }: Change, audit: Audit): Promise<void> {
  // An erased account must not get entities again.
  await account.read();
  const last = await entities.read(auditRef);
  if (last?.run !== audit.run) entities.write(auditRef, audit);
}
