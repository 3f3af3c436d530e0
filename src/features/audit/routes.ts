import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Store } from '../../data/read/store.ts';
import { auditRef, type Audit } from './audit-result.ts';

const AuditResult = z
  .object({
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    photos: z.int().describe('Photos that were looked at, those in the trash among them.'),
    bytes: z.int().describe('Bytes of their originals and previews.'),
    ok: z.boolean().describe('Whether every original is there, with the size and checksums that it was stored with.'),
    missing: z.int().describe('Photos whose original, or the preview that came with it, is not there.'),
    damaged: z.int().describe('Photos whose original is not what was stored.'),
    named: z.array(z.string()).describe('Ids of photos that are missing or damaged, the first twenty.'),
    remade: z.int().describe('Photos whose smaller sizes were not there and are made again.'),
    removed: z.int().describe('Objects that belonged to no photo and were removed.'),
  })
  .meta({ id: 'Audit' });

const AuditReply = z
  .object({ audit: AuditResult.nullable().describe('Null before the first audit, which comes within a week.') })
  .meta({ id: 'AuditReply' });

export const auditRoutes = ({ store }: { store: Store }): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/me/audit',
    summary: 'What the last audit found: whether everything you stored is there, and as it was stored.',
    access: 'user',
    replies: { 200: AuditReply, 304: null },
    async handle({ caller }) {
      const audit = await store.entity(caller.user, auditRef);
      return { status: 200, body: { audit: audit ? present(audit) : null }, etag: String(audit?.finishedAt ?? 'none') };
    },
  }),
];

const present = (audit: Audit): z.infer<typeof AuditResult> => ({
  startedAt: new Date(audit.startedAt).toISOString(),
  finishedAt: new Date(audit.finishedAt).toISOString(),
  photos: audit.photos,
  bytes: audit.bytes,
  ok: audit.missing + audit.damaged === 0,
  missing: audit.missing,
  damaged: audit.damaged,
  named: audit.named,
  remade: audit.remade,
  removed: audit.removed,
});
