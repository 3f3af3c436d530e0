import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Store } from '../../data/read/store.ts';
import { auditRef, type Audit } from './audit-result.ts';

const AuditResult = z
  .object({
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    photos: z.int().describe('Photos that were checked, including those in the trash.'),
    bytes: z.int().describe('Bytes of their originals and previews.'),
    ok: z.boolean().describe('Whether every original exists with its stored size and checksums.'),
    missing: z.int().describe('Photos without their original, or without their preview.'),
    damaged: z.int().describe('Photos whose original has another size or checksum.'),
    named: z.array(z.string()).describe('Ids of missing or damaged photos, the first twenty.'),
    remade: z.int().describe('Photos whose smaller sizes were missing and are made again.'),
    removed: z.int().describe('Objects without a photo, which were removed.'),
  })
  .meta({ id: 'Audit' });

export const AuditReply = z
  .object({ audit: AuditResult.nullable().describe('Null before the first audit, which runs within a week.') })
  .meta({ id: 'AuditReply' });

export const auditRoutes = ({ store }: { store: Store }): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/me/audit',
    summary: 'The result of the last audit: whether all your originals exist as they were stored.',
    access: 'user',
    scope: 'read',
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
