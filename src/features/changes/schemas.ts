import { z } from 'zod';
import { Photo } from '../photos/schemas.ts';
import { PageSize } from '../timeline/schemas.ts';

export const ChangesQuery = z.strictObject({
  limit: PageSize,
  token: z
    .string()
    .max(4096)
    .optional()
    .describe('The `token` of the last reply. Without one the feed tells of everything; `latest` begins now.'),
});

const sequence = z.int().describe('Grows from change to change; numbers are left out, changes are not.');
const kind = z.enum(['photo']).describe('What has changed. Skip kinds that you do not know: others may come.');

const Upsert = z.object({
  sequence,
  kind,
  type: z
    .literal('upsert')
    .describe('It is new, edited, archived, processed or back from the trash: `photo` shows it as it is now.'),
  photo: Photo,
});

const Delete = z.object({
  sequence,
  kind,
  type: z.literal('delete'),
  id: z.string().describe('May be one that you have never heard of.'),
  reason: z
    .enum(['trashed', 'erased', 'digest-mismatch'])
    .describe(
      '`trashed`: it lies in the trash, and an upsert follows if it is restored. `erased`: it never returns. ' +
        '`digest-mismatch`: its bytes have another sha256 than announced, so it was removed. Send the file again.',
    ),
});

export const Change = z.discriminatedUnion('type', [Upsert, Delete]).meta({ id: 'Change' });
export type Change = z.infer<typeof Change>;

export const ChangesPage = z
  .object({
    changes: z.array(Change).describe('In order; each photo at most once. May be empty although `more` is true.'),
    token: z.string().describe('Where to go on. Keep it only once the changes are kept; it outlives restarts.'),
    more: z.boolean().describe('Whether to ask again right away.'),
  })
  .meta({ id: 'ChangesPage' });
export type ChangesPage = z.infer<typeof ChangesPage>;
