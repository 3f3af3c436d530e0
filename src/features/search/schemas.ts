import { z } from 'zod';
import { openEnum } from '../../http/openapi/open-enum.ts';
import { Cursor } from '../../signing/cursor.ts';
import { AlbumIdParam } from '../albums/schemas.ts';
import { Fields } from '../photos/schemas.ts';
import { PageSize, Period, TimelinePage } from '../timeline/schemas.ts';

/** In characters. */
export const LONGEST_QUERY = 500;

const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const Text = z.string().max(LONGEST_QUERY, `is longer than ${LONGEST_QUERY} characters`);

export const SearchQuery = z.strictObject({
  q: Text.default('').describe(
    'Words that must all occur in caption, alternative text, file name, tags, camera, type, year or month. Case and ' +
      'accents do not count. `"words in quotes"` must follow each other, and `-word` must be absent. The last word may ' +
      'be the beginning of one, unless a blank follows it.',
  ),
  limit: PageSize,
  cursor: Cursor.optional(),
  order: z.enum(['taken', 'posted']).default('taken').describe('By the time of capture, or by the time of posting.'),
  first: z.enum(['newest', 'oldest']).default('newest').describe('Which photos come first.'),
  favourite: Flag.optional().describe('Only your favourites, or only the others.'),
  archived: Flag.optional().describe('Only the archive, or only the others. Both unless given.'),
  album: AlbumIdParam.optional().describe('Only photos of this album.'),
  type: z
    .string()
    .max(100)
    .toLowerCase()
    .optional()
    .describe('Only originals of this media type, such as `image/heic`.'),
  hasPlace: Flag.optional().describe('Only photos with a location or a place, or only the others.'),
  rating: z.coerce.number().int().min(0).max(5).optional().describe('Only photos with at least this rating.'),
  from: Period.optional().describe('The first year, month or day, in the time that orders the search.'),
  to: Period.optional().describe('The last year, month or day.'),
  fields: Fields,
});

export const SuggestQuery = z.strictObject({
  q: Text.default('').describe('What a person has typed so far. The suggestions go on its last word.'),
});

const count = z.int().describe('Photos that have it, without those in the trash.');

export const Suggestions = z
  .object({
    suggestions: z.array(
      z.object({
        text: z.string(),
        kind: openEnum(['tag', 'place', 'time', 'type', 'camera', 'caption', 'fileName']).describe(
          'Where the text comes from.',
        ),
        count,
      }),
    ),
  })
  .meta({ id: 'Suggestions' });

export const TagList = z
  .object({
    items: z.array(z.object({ tag: z.string(), count })).describe('The tags of most photos first.'),
    sequence: TimelinePage.shape.sequence,
  })
  .meta({ id: 'TagList' });

export const SearchPage = TimelinePage.extend({
  complete: z
    .boolean()
    .describe('False while photos of an earlier release are not found yet. `GET /v1/me` says how many are.'),
}).meta({
  id: 'SearchPage',
  description: 'A page may be short, and even empty, while `next` is set.',
});
