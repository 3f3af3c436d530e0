import { z } from 'zod';
import { cleanLine } from '../../http/input/human-text.ts';
import { ID_PATTERN, type ShareId } from '../../runtime/ids.ts';
import { Cursor } from '../../signing/cursor.ts';
import { AlbumIdParam, TITLE_LIMIT } from '../albums/schemas.ts';
import { GuestPhoto, PhotoIdParam } from '../photos/schemas.ts';
import { PageSize } from '../timeline/schemas.ts';
import { MOST_SHARED_PHOTOS } from './share.ts';

export const ShareIdParam = z
  .string()
  .regex(ID_PATTERN, 'The id of a share has 16 letters and digits.')
  .describe('The id of a share.')
  .transform((id) => id as ShareId);

const title = z
  .string()
  .overwrite(cleanLine)
  .max(TITLE_LIMIT, `is longer than ${TITLE_LIMIT} characters`)
  .describe('What guests read above the photos. Without one an album shows its own title.');

const expiresAt = z.iso
  .datetime({ offset: true })
  .describe('When the share ends: at most 366 days from now, and 30 days from now unless given.');

const password = z.string().min(1, 'is empty').max(200, 'is longer than 200 characters');

const rights = {
  upload: z.boolean().describe('Whether guests may upload photos into your library, and into the album if it is one.'),
  originals: z
    .boolean()
    .describe(
      'Whether guests get the files as you uploaded them. They may contain place, camera and its serial number.',
    ),
  location: z.boolean().describe('Whether guests see where the photos were taken.'),
};

const things = {
  photos: z
    .array(PhotoIdParam)
    .min(1)
    .max(MOST_SHARED_PHOTOS, `Share at most ${MOST_SHARED_PHOTOS} photos at once.`)
    .optional()
    .describe('These photos, in this order.'),
  album: AlbumIdParam.optional().describe('An album, with what is added to it later.'),
  timeline: z.literal(true).optional().describe('Your timeline, with what is added to it later.'),
};

export const NewShare = z
  .strictObject({
    ...things,
    title: title.default(''),
    expiresAt: expiresAt.optional(),
    password: password.optional(),
    upload: rights.upload.default(false),
    originals: rights.originals.default(false),
    location: rights.location.default(false),
  })
  .refine(
    ({ photos, album, timeline }) => [photos, album, timeline].filter((thing) => thing !== undefined).length === 1,
    'names one of photos, album and timeline',
  )
  .meta({ id: 'NewShare' });
export type NewShare = z.output<typeof NewShare>;

export const ShareEdit = z
  .strictObject({
    title: title.optional(),
    expiresAt: expiresAt.optional(),
    password: password.nullable().optional().describe('Null removes the password.'),
    upload: rights.upload.optional(),
    originals: rights.originals.optional(),
    location: rights.location.optional(),
  })
  .refine((edit) => Object.keys(edit).length > 0, 'names nothing to change')
  .meta({ id: 'ShareEdit' });
export type ShareEdit = z.output<typeof ShareEdit>;

export const Share = z
  .object({
    id: z.string(),
    token: z.string().describe('Opens the share at `/v1/shared/{token}`. Give it to guests alone.'),
    url: z.string().describe('The page of the share, for guests. Absolute where the service knows its public address.'),
    photos: z.array(z.string()).optional(),
    album: z.string().optional(),
    timeline: z.literal(true).optional(),
    title: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    isOpen: z.boolean().describe('False once the share has expired.'),
    hasPassword: z.boolean(),
    ...rights,
    views: z.int().describe('How often guests have opened it. The last minute may be missing.'),
    revision: z.int(),
  })
  .meta({ id: 'Share' });
export type Share = z.infer<typeof Share>;

export const SharesPage = z.object({
  items: z.array(Share).describe('The share that was made last comes first. There are at most 200.'),
  next: z.null(),
  prev: z.null(),
});

/** What a guest sees of a share. */
export const SharedHead = z
  .object({
    title: z.string(),
    owner: z.string().describe('Display name of the owner, or the handle without one.'),
    kind: z.enum(['photos', 'album', 'timeline']),
    count: z.int().nullable().describe('Photos in it; null for a timeline.'),
    expiresAt: z.iso.datetime(),
    upload: rights.upload,
    originals: rights.originals,
    location: rights.location,
  })
  .meta({ id: 'SharedHead' });
export type SharedHead = z.infer<typeof SharedHead>;

export const SharedQuery = z.strictObject({ limit: PageSize, cursor: Cursor.optional() });

export const GuestPage = z
  .object({
    items: z.array(GuestPhoto),
    next: z.string().nullable(),
    prev: z.string().nullable(),
  })
  .meta({ id: 'GuestPage' });

export const Received = z.object({ status: z.literal('received') });

export const Unlocking = z.strictObject({ password });

export const Unlocked = z
  .object({
    unlock: z.string().describe('Send it as the header `Share-Unlock`. Pages get it as a cookie.'),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Unlocked' });

export const ShareTokenParam = z.object({
  token: z.string().max(200).describe('The token of a share: the end of its address.'),
});
