import { z } from 'zod';
import { orFault } from '../../http/input/item-fault.ts';
import { cleanLine, cleanText } from '../../http/input/human-text.ts';
import { Problem } from '../../http/replies/problem.ts';
import { ID_PATTERN, type AlbumId, type UserId } from '../../runtime/ids.ts';
import { Cursor } from '../../signing/cursor.ts';
import { BATCH_LIMIT } from '../photos/batch-schemas.ts';
import { CAPTION_LIMIT, Fields, ListedPhoto, PhotoIdParam, SharedPhoto } from '../photos/schemas.ts';
import { PageSize, TimelinePage } from '../timeline/schemas.ts';

export const AlbumIdParam = z
  .string()
  .regex(ID_PATTERN, 'The id of an album has 16 letters and digits.')
  .describe('The id of an album.')
  .transform((id) => id as AlbumId);

export const TITLE_LIMIT = 200;

const title = z
  .string()
  .overwrite(cleanLine)
  .min(1, 'must have at least one character')
  .max(TITLE_LIMIT, `is longer than ${TITLE_LIMIT} characters`);

const description = z.string().overwrite(cleanText).max(CAPTION_LIMIT, `is longer than ${CAPTION_LIMIT} characters`);

const order = z
  .enum(['taken', 'custom'])
  .describe(
    '`taken`: by the time of capture, newest first, like the timeline. `custom`: as you have placed the photos; those that ' +
      'you have not placed stand at the end, in the order in which they were added.',
  );

export const NewAlbum = z
  .strictObject({ title, description: description.default(''), order: order.default('taken') })
  .meta({ id: 'NewAlbum' });
export type NewAlbum = z.output<typeof NewAlbum>;

export const AlbumEdit = z
  .strictObject({
    title: title.optional(),
    description: description.optional(),
    order: order.optional(),
    originals: z.boolean().optional().describe('Members may change this of their own photos, and nothing else.'),
    cover: PhotoIdParam.nullable()
      .optional()
      .describe('A photo of the album that is not in the trash; null leaves the choice to the service.'),
  })
  .refine(
    (edit) => Object.keys(edit).length > 0,
    'names nothing to change: send title, description, order, originals or cover',
  )
  .meta({ id: 'AlbumEdit' });
export type AlbumEdit = z.output<typeof AlbumEdit>;

/** A user as other people of an album see it. */
export const AlbumUser = z
  .object({ user: z.string().describe('The id of the account.'), handle: z.string(), displayName: z.string() })
  .meta({ id: 'AlbumUser' });
export type AlbumUser = z.infer<typeof AlbumUser>;

const day = z.string().nullable().describe('As `2019-07-01`, by local wall clock; null without photos.');
const coverUrl = z.string().describe('Works in an `<img>` without headers, like the URLs of photos.');

export const Album = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    order,
    count: z.int().describe('Photos in the album. Those in the trash do not count, archived ones do.'),
    from: day,
    to: day,
    cover: z
      .string()
      .nullable()
      .describe(
        'The photo that stands for the album: the one that you have chosen while it is there, else another one. Null ' +
          'without photos, and for moments after the cover has left.',
      ),
    coverUrls: z.object({ thumb: coverUrl, small: coverUrl }).nullable().describe('The cover as it is now.'),
    createdAt: z.iso.datetime().describe('Of the album of another user: when you joined it.'),
    role: z.enum(['owner', 'contributor', 'viewer']).describe('Yours. Contributors add photos, viewers look at them.'),
    owner: AlbumUser.nullable().describe('The owner of an album that others share with you; null for your own.'),
    members: z.int().describe('Users who have joined it, besides its owner.'),
    originals: z
      .boolean()
      .describe(
        'Whether the others may copy your files as you uploaded them, with place and camera. Otherwise they copy the ' +
          'largest picture that is shown.',
      ),
    revision: z.int().describe('Raised by `PATCH`, not by adding or removing photos; what `If-Match` compares.'),
  })
  .meta({ id: 'Album' });
export type Album = z.infer<typeof Album>;

export const AlbumsQuery = z.strictObject({ limit: PageSize, cursor: Cursor.optional() });

export const AlbumsPage = z
  .object({
    items: z.array(Album).describe('The album that was made last comes first.'),
    next: z.string().nullable().describe('Cursor of the next page; null at the end.'),
    prev: z.string().nullable().describe('Cursor of the page before; null at the start.'),
    sequence: z.int().describe('Identifies the state that the page shows, as in a page of the timeline.'),
  })
  .meta({ id: 'AlbumsPage' });

export const AlbumPhotosQuery = z.strictObject({ limit: PageSize, cursor: Cursor.optional(), fields: Fields });

export const MemberPhoto = SharedPhoto.extend({
  member: z.string().describe('Whose photo it is: the id of the account.'),
}).meta({ id: 'MemberPhoto', description: 'A photo of another user in a shared album.' });

export type MemberPhoto = z.infer<typeof MemberPhoto>;

export const AlbumPhotosPage = TimelinePage.extend({
  items: z.array(z.union([ListedPhoto, MemberPhoto])).describe('Photos of other users have a `member`.'),
}).meta({ id: 'AlbumPhotosPage' });

const member = z
  .string()
  .regex(ID_PATTERN)
  .transform((id) => id as UserId)
  .optional()
  .describe('Whose photos they are, if not your own: `member` of these photos.');

const ids = z.array(orFault(PhotoIdParam)).min(1).max(BATCH_LIMIT, `Send at most ${BATCH_LIMIT} photos at once.`);

export const AddPhotos = z
  .strictObject({
    ids,
    after: PhotoIdParam.nullable()
      .optional()
      .describe(
        'For an album of order `custom`: places the photos, in the order of `ids`, directly behind this photo of the album, ' +
          'or at the start for null. Photos that are in the album already are moved. Without it new photos come to the end.',
      ),
  })
  .meta({ id: 'AddPhotos' });

export const RemovePhotos = z.strictObject({ ids, member }).meta({ id: 'RemovePhotos' });

export const CopyPhotos = z.strictObject({ ids, member }).meta({ id: 'CopyPhotos' });

const Failed = z.object({ status: z.literal('failed'), problem: Problem });

const results = <S extends z.ZodType>(result: S) =>
  z.object({
    results: z
      .array(z.union([result, Failed]))
      .describe('One for each id, in the order of the request. A photo that fails does not affect the others.'),
  });

export const AddReply = results(
  z.object({
    status: z.enum(['added', 'moved', 'present']).describe('`present`: it was in the album, and stays where it is.'),
    id: z.string(),
  }),
);

export const RemoveReply = results(
  z.object({ status: z.enum(['removed', 'absent']).describe('`absent`: it was not in the album.'), id: z.string() }),
);

export const CopyReply = results(
  z.object({
    status: z.literal('copying').describe('A task copies it. The change feed has the new photo.'),
    id: z.string().describe('Of the photo in the album. The copy gets an id of its own.'),
  }),
);
