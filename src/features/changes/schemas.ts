import { z } from 'zod';
import { Fields, ListedPhoto } from '../photos/schemas.ts';
import { PageSize } from '../timeline/schemas.ts';

export const ChangesQuery = z.strictObject({
  limit: PageSize,
  fields: Fields,
  token: z
    .string()
    .max(4096)
    .optional()
    .describe('The `token` of the last reply. Without one the feed starts with all photos. `latest` starts now.'),
});

const sequence = z.int().describe('Grows from change to change. Numbers may be missing, changes are not.');
const kind = z.enum(['photo']).describe('What has changed. Skip kinds that you do not know: others may be added.');

const Upsert = z.object({
  sequence,
  kind,
  type: z
    .literal('upsert')
    .describe('The photo is new, edited, archived, processed or restored. `photo` shows it as it is now.'),
  photo: ListedPhoto,
});

const Delete = z.object({
  sequence,
  kind,
  type: z.literal('delete'),
  id: z.string().describe('May be a photo that you never received.'),
  reason: z
    .enum(['trashed', 'erased', 'digest-mismatch'])
    .describe(
      '`trashed`: it is in the trash, and an upsert follows if it is restored. `erased`: it never returns. ' +
        '`digest-mismatch`: its bytes do not have the announced sha256, so it was removed. Send the file again.',
    ),
});

export const Change = z.discriminatedUnion('type', [Upsert, Delete]).meta({ id: 'Change' });
export type Change = z.infer<typeof Change>;

export const ChangesPage = z
  .object({
    changes: z.array(Change).describe('In order, each photo at most once. May be empty although `more` is true.'),
    token: z
      .string()
      .describe(
        'The position after this page. Store it after you have stored the changes. It survives restarts of the service.',
      ),
    more: z.boolean().describe('Whether there are further changes now.'),
  })
  .meta({ id: 'ChangesPage' });
export type ChangesPage = z.infer<typeof ChangesPage>;
