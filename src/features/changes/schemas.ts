import { z } from 'zod';
import type { ZodOpenApiOverrideMeta } from 'zod-openapi';
import { openEnum } from '../../http/openapi/open-enum.ts';
import { Album } from '../albums/schemas.ts';
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
const kind = <K extends string>(name: K) =>
  z.literal(name).describe('What has changed. Skip kinds that you do not know: others may be added.');

const PhotoUpsert = z
  .object({
    sequence,
    kind: kind('photo'),
    type: z
      .literal('upsert')
      .describe(
        'The photo is new, edited, archived, processed, restored or in other albums. `photo` shows it as it is now.',
      ),
    photo: ListedPhoto,
  })
  .meta({ id: 'PhotoUpsert' });

const PhotoDelete = z
  .object({
    sequence,
    kind: kind('photo'),
    type: z.literal('delete'),
    id: z.string().describe('May be a photo that you never received.'),
    reason: openEnum(['trashed', 'erased', 'digest-mismatch']).describe(
      '`trashed`: it is in the trash, and an upsert follows if it is restored. `erased`: it never returns. ' +
        '`digest-mismatch`: its bytes do not have the announced sha256, so it was removed. Send the file again.',
    ),
  })
  .meta({ id: 'PhotoDelete' });

const AlbumUpsert = z
  .object({
    sequence,
    kind: kind('album'),
    type: z
      .literal('upsert')
      .describe('The album is new or edited, or other photos are in it. `album` shows it as it is now.'),
    album: Album,
  })
  .meta({ id: 'AlbumUpsert' });

const AlbumDelete = z
  .object({
    sequence,
    kind: kind('album'),
    type: z.literal('delete'),
    id: z.string().describe('May be an album that you never received.'),
    reason: z.literal('deleted').describe('The album is deleted, and its photos are not.'),
  })
  .meta({ id: 'AlbumDelete' });

/** What a client may read of a change of a kind that later versions add. */
const OTHER_CHANGE = {
  title: 'OtherChange',
  description: 'A change of a kind that was added later. Skip it.',
  type: 'object',
  properties: {
    sequence: { type: 'integer', format: 'int64' },
    kind: { type: 'string' },
    type: { type: 'string' },
  },
  required: ['sequence', 'kind', 'type'],
} as const;

/** Swift OpenAPI Generator, "Useful OpenAPI patterns": the alternatives that are known, beside any other object. */
const listBesideOtherKinds: ZodOpenApiOverrideMeta = ({ jsonSchema }) => {
  const known = (jsonSchema.oneOf ?? []).flatMap((kind) => ('oneOf' in kind && kind.oneOf) || []);
  jsonSchema.anyOf = [{ oneOf: known }, structuredClone(OTHER_CHANGE) as never];
  delete jsonSchema.oneOf;
};

export const Change = z
  .discriminatedUnion('kind', [
    z.discriminatedUnion('type', [PhotoUpsert, PhotoDelete]),
    z.discriminatedUnion('type', [AlbumUpsert, AlbumDelete]),
  ])
  .meta({ id: 'Change', override: listBesideOtherKinds });
export type Change = z.infer<typeof Change>;

export const ChangesPage = z
  .object({
    changes: z
      .array(Change)
      .describe('In order, each photo and album at most once. May be empty although `more` is true.'),
    token: z
      .string()
      .describe(
        'The position after this page. Store it after you have stored the changes. It survives restarts of the service.',
      ),
    more: z.boolean().describe('Whether there are further changes now.'),
  })
  .meta({ id: 'ChangesPage' });
export type ChangesPage = z.infer<typeof ChangesPage>;
