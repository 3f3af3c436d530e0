import { z } from 'zod';
import { cleanLine, cleanText } from '../../http/input/human-text.ts';
import { openEnum } from '../../http/openapi/open-enum.ts';
import { ID_PATTERN, type PhotoId } from '../../runtime/ids.ts';
import { ROTATION_DEGREES } from '../../runtime/rotation.ts';
import { LONGEST_TAG, MOST_TAGS } from '../../pictures/facts/keywords.ts';
import { PICTURE_FORMATS } from '../../pictures/variants/picture-format.ts';
import { UserTime } from './user-time.ts';

export const PhotoIdParam = z
  .string()
  .regex(ID_PATTERN, 'The id of a photo has 16 letters and digits.')
  .describe('The id of a photo.')
  .transform((id) => id as PhotoId);

export const TakenAt = z
  .object({
    local: z
      .string()
      .describe(
        'Wall-clock time where the photo was taken, with as many sub-seconds as are known. Where the file tells only ' +
          'an instant, the time in the time zone of the account.',
      ),
    offset: z.string().nullable().describe('Offset from UTC as `+02:00`; null when it is not known.'),
    utc: z.string().nullable().describe('The same instant in UTC; null for a floating time.'),
    source: openEnum(['user', 'exif', 'xmp', 'iptc', 'container', 'gps', 'file-name', 'modified', 'upload']).describe(
      'Where the time comes from.',
    ),
    precision: z
      .enum(['second', 'minute', 'day', 'month', 'year'])
      .describe(
        'How much of `local` is known. The rest is the start of that minute, day, month or year. Lists and ' +
          'day counts place the photo there.',
      ),
  })
  .meta({ id: 'TakenAt' });
export type TakenAt = z.infer<typeof TakenAt>;

export const Location = z
  .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
  .describe('In degrees; south and west are negative.')
  .meta({ id: 'Location' });

const placeName = z.string().nullable();

/** Where a photo was taken, in words. */
const Place = z
  .object({
    country: placeName.describe('In English, or as you have named it.'),
    code: z
      .string()
      .nullable()
      .describe('The country in ISO 3166-1, two letters, where it comes from the coordinates.'),
    region: placeName,
    city: placeName,
    source: openEnum(['location', 'owner']).describe('Whether the coordinates say so, or you.'),
  })
  .meta({ id: 'Place' });

const LONGEST_PLACE = 80;

/** An empty name counts as none. */
const ownName = z
  .string()
  .overwrite(cleanLine)
  .max(LONGEST_PLACE, `is longer than ${LONGEST_PLACE} characters`)
  .nullable()
  .optional()
  .transform((name) => name || null);

export const OwnPlace = z
  .strictObject({ country: ownName, region: ownName, city: ownName })
  .refine(({ country, region, city }) => country ?? region ?? city, 'names no place: send country, region or city')
  .transform((names) => ({ ...names, code: null }));

const Variant = z
  .object({
    url: z
      .string()
      .describe(
        'Works in an <img> without headers, for hours (`imageUrlSeconds` of `GET /v1/limits`). Relative to the address ' +
          'of the API, or absolute where the service knows its public address.',
      ),
    cacheKey: z
      .string()
      .describe(
        'Stays the same while the picture does, whatever token the URL carries. Use it as the key of an image ' +
          'cache.',
      ),
    width: z.int(),
    height: z.int(),
    type: z.string(),
  })
  .meta({ id: 'Variant' });

export const Photo = z
  .object({
    id: z.string(),
    owner: z.string().describe('Handle of the user who posted it.'),
    caption: z.string(),
    alt: z.string(),
    takenAt: TakenAt,
    postedAt: z.iso.datetime(),
    width: z
      .int()
      .describe(
        'Pixels as displayed: orientation and `rotation` are applied. Where the decoder finds another shape, it is corrected.',
      ),
    height: z.int(),
    rotation: z
      .literal(ROTATION_DEGREES)
      .describe('By how many degrees clockwise you have turned the photo. The original is not turned.'),
    bytes: z.int().describe('Size of the original.'),
    type: z.string().describe('Media type of the original, by its content.'),
    sha256: z.string().describe('Of the original, in hex.'),
    fileName: z.string().nullable(),
    camera: z.object({ make: z.string().nullable(), model: z.string().nullable(), lens: z.string().nullable() }),
    location: Location.nullable().describe('For the owner alone.'),
    place: Place.nullable().describe(
      'What the coordinates are called, or what you say instead. For the owner alone. A new photo gets it within a minute.',
    ),
    placeholder: z.string().nullable().describe('A thumbhash in base64: a blurred picture in some 25 bytes.'),
    color: z.string().nullable().describe('The prevailing colour as `#rrggbb`.'),
    endsEarly: z
      .literal(true)
      .optional()
      .describe('The data of the picture end early: a part of it is missing, and shown in grey. Absent otherwise.'),
    favourite: z.boolean(),
    archived: z.boolean(),
    rating: z.int().nullable().describe('From 0 to 5; null for a photo that was not rated.'),
    tags: z.array(z.string()).describe('Those of the file, until you set others.'),
    albums: z
      .array(z.string())
      .describe('Ids of the albums that it is in. For moments one that was just deleted may be among them.'),
    state: z
      .enum(['pending', 'ready', 'failed'])
      .describe('Whether the smaller sizes exist yet. Their URLs work in any state but `failed`.'),
    processing: z.object({
      attempts: z.int().describe('Attempts so far to make the smaller sizes.'),
      lastError: z.string().nullable().describe('Why the last one failed: a code of the problems, and a sentence.'),
      nextAttemptAt: z
        .string()
        .nullable()
        .describe(
          'When the next attempt is, about. Null when none follows, and for the first attempt unless photos wait for it.',
        ),
    }),
    trashedAt: z.iso.datetime().nullable(),
    deletesAt: z.iso.datetime().nullable().describe('When a photo in the trash is erased.'),
    variants: z.object({ thumb: Variant, small: Variant, medium: Variant, large: Variant }),
    original: z.object({ url: z.string(), type: z.string(), bytes: z.int() }),
    revision: z.int().describe('Raised by your edits; what `If-Match` compares.'),
  })
  .meta({ id: 'Photo' });
export type Photo = z.infer<typeof Photo>;

/** What lists leave out unless `fields=all` requests it. Lists show `processing` until the photo is ready. */
const LEFT_OUT = { fileName: true, camera: true, location: true, place: true, albums: true, processing: true } as const;

export const ListedPhoto = Photo.partial(LEFT_OUT).meta({
  id: 'ListedPhoto',
  description:
    'A photo in a list: without `fileName`, `camera`, `location`, `place` and `albums`, and without `processing` once it is ready. ' +
    '`fields=all` adds them.',
});
export type ListedPhoto = z.infer<typeof ListedPhoto>;

export const Fields = z
  .enum(['all'])
  .optional()
  .describe('`all` adds `fileName`, `camera`, `location`, `place`, `albums` and `processing` to each photo.');

/**
 * What strangers get of a photo: nothing that tells where it was taken, nothing of the original, nothing private. These
 * fields and no others.
 */
export const SharedPhoto = Photo.pick({
  id: true,
  owner: true,
  caption: true,
  alt: true,
  takenAt: true,
  postedAt: true,
  width: true,
  height: true,
  type: true,
  placeholder: true,
  color: true,
  endsEarly: true,
  state: true,
  variants: true,
}).meta({ id: 'SharedPhoto' });

/** A photo for the guests of a share: with the original and the place only where its owner has granted them. */
export const GuestPhoto = SharedPhoto.extend({
  original: Photo.shape.original.optional(),
  location: Location.nullable().optional(),
}).meta({ id: 'GuestPhoto' });

type OwnersField = Exclude<keyof Photo, keyof z.infer<typeof SharedPhoto>>;

/** The compiler takes no photo of its owner for one: that has fields which must be absent here. */
export type SharedPhoto = z.infer<typeof SharedPhoto> & { readonly [Field in OwnersField]?: never };

export const CAPTION_LIMIT = 4096;

const caption = z.string().overwrite(cleanText).max(CAPTION_LIMIT, `is longer than ${CAPTION_LIMIT} characters`);

const tag = z
  .string()
  .overwrite(cleanLine)
  .min(1, 'must have at least one character')
  .max(LONGEST_TAG, `is longer than ${LONGEST_TAG} characters`);

/** Tags without those that differ from an earlier one by their case alone. */
const eachOnce = (tags: string[]) =>
  tags.filter((one, at) => tags.findIndex((other) => other.toLowerCase() === one.toLowerCase()) === at);

/** Kept in lower case, as every checksum is compared. */
export const Sha256 = z
  .string()
  .regex(/^[0-9A-Fa-f]{64}$/, 'must be 64 hex digits')
  .toLowerCase();

/** A form also sends its empty inputs. They count as absent. */
const orEmpty = <S extends z.ZodType>(schema: S) =>
  z.union([z.literal('').transform(() => undefined), schema]).optional();

/** The text fields of an upload. */
export const UploadFields = z.strictObject({
  caption: caption.default(''),
  alt: caption.default('').describe('What the picture shows, for those who cannot see it.'),
  takenAt: orEmpty(UserTime),
  sha256: orEmpty(Sha256).describe(
    'If given, the bytes must have this digest. It also proves that a file without an end marker is whole.',
  ),
});

export const CHECK_LIMIT = 500;

export const CheckRequest = z.strictObject({
  sha256: z.array(Sha256).min(1).max(CHECK_LIMIT, `takes at most ${CHECK_LIMIT} digests at once`),
});

export const CheckReply = z.object({
  items: z
    .array(
      z.object({
        sha256: z.string(),
        status: z.enum(['present', 'trashed', 'missing']),
        id: z.string().optional().describe('The photo that has these bytes.'),
      }),
    )
    .describe('In the order of the request.'),
});

export const UploadQuery = z.strictObject({
  duplicates: z
    .enum(['allow'])
    .optional()
    .describe('`allow` makes a new photo even of bytes that the account has already.'),
});

export const UploadReply = z.object({
  status: z.enum(['created', 'duplicate', 'restored']),
  photo: Photo,
});

export const PhotoEdit = z
  .strictObject({
    caption: caption.optional(),
    alt: caption.optional(),
    favourite: z.boolean().optional(),
    archived: z.boolean().optional(),
    tags: z
      .array(tag)
      .max(MOST_TAGS, `has more than ${MOST_TAGS} tags`)
      .overwrite(eachOnce)
      .optional()
      .describe(
        `The tags, at most ${MOST_TAGS} of at most ${LONGEST_TAG} characters. Each counts once, whatever its case.`,
      ),
    rating: z.int().min(0).max(5).nullable().optional().describe('From 0 to 5; null takes the rating away.'),
    takenAt: UserTime.nullable()
      .optional()
      .describe('When the photo was taken; null restores what the file says, an instant in the zone of the account.'),
    location: Location.nullable().optional().describe('Where it was taken; null restores what the file says.'),
    place: OwnPlace.nullable()
      .optional()
      .describe('Where it was taken, in your words, which stand above the coordinates; null takes them back.'),
    rotation: z
      .literal(ROTATION_DEGREES)
      .optional()
      .describe(
        'By how many degrees clockwise the photo is turned from what the file shows. `width`, `height` and the smaller ' +
          'sizes follow; the original stays as it is. `0` undoes any rotation.',
      ),
  })
  .refine(
    (edit) => Object.keys(edit).length > 0,
    'names nothing to change: send caption, alt, favourite, archived, tags, rating, takenAt, location, place or rotation',
  )
  .meta({ id: 'PhotoEdit' });

export const ImageParams = z.object({
  id: PhotoIdParam,
  size: z
    .enum(['thumb', 'small', 'medium', 'large', 'original'])
    .describe('At most 256, 640, 1280 or 2048 pixels at the longer side, or the file as it was uploaded.'),
});

export const ImageQuery = z.strictObject({
  t: z
    .string()
    .optional()
    .describe(
      'The token that the URLs of a photo carry, instead of an Authorization header. It changes every 12 hours, and ' +
        'the picture does not: `No-Vary-Search` says so.',
    ),
  v: z
    .string()
    .regex(/^[0-9]{1,9}$/, 'must be the number in the URL that the photo carries')
    .transform(Number)
    .optional()
    .describe(
      'How often the photo had been rotated when the URL was made; absent for never. When the owner has rotated it ' +
        'since, the reply shows the photo as it is now and says `no-cache`.',
    ),
  token: z.string().optional().describe('As `t`, in URLs of the first release.'),
  format: z
    .enum(['auto', ...PICTURE_FORMATS])
    .default('auto')
    .describe(
      '`auto` sends the best existing format that `Accept` allows. A named format is made if it does not ' +
        'exist, and kept.',
    ),
});
