import { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import { orFault } from '../../http/input/item-fault.ts';
import { ID_PATTERN } from '../../runtime/ids.ts';
import { NewAlbum } from '../albums/schemas.ts';
import { Location, OwnPlace, PhotoEdit } from '../photos/schemas.ts';
import { UserTime } from '../photos/user-time.ts';

/** An id as the manifest has it: of this account, another account or another server. */
const ForeignId = z.string().regex(ID_PATTERN, 'must have 16 letters and digits');

const { caption, alt, favourite, archived, tags, rating, rotation } = PhotoEdit.shape;

/** A capture time counts where the owner has set it. What the file says is read from the file again. */
const OwnersTime = z
  .object({ local: z.string(), offset: z.string().nullish(), source: z.string(), precision: z.string().optional() })
  .transform(({ local, offset, source, precision }, context) => {
    if (source !== 'user') return null;
    const text = `${precision === 'minute' ? local.slice(0, 16) : local}${offset ?? ''}`;
    const read = UserTime.safeParse(text);
    if (read.success) return read.data;
    context.addIssue({ code: 'custom', message: read.error.issues[0]?.message ?? 'is no time', input: text });
    return z.NEVER;
  });

/** A place counts where it is the owner's word. */
const OwnersPlace = z.looseObject({ source: z.string() }).transform((place, context) => {
  if (place.source !== 'owner') return null;
  const { country, region, city } = place;
  const read = OwnPlace.safeParse({ country, region, city });
  if (read.success) return read.data;
  context.addIssue({ code: 'custom', message: read.error.issues[0]?.message ?? 'is no place', input: place });
  return z.NEVER;
});

const PhotoLine = z.object({
  kind: z.literal('photo'),
  type: z.literal('upsert').default('upsert'),
  photo: z.object({
    id: ForeignId.optional(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the sha256 of the file, 64 digits of lower-case hex'),
    caption,
    alt,
    favourite,
    archived,
    tags,
    rating,
    rotation,
    takenAt: OwnersTime.optional(),
    location: Location.nullish(),
    place: OwnersPlace.nullish(),
    file: z.looseObject({ location: z.unknown().optional() }).optional(),
    ranks: z.record(ForeignId, z.string()).default({}),
  }),
});
export type PhotoLine = z.output<typeof PhotoLine>;

const AlbumLine = z.object({
  kind: z.literal('album'),
  type: z.literal('upsert').default('upsert'),
  album: z.object({ id: ForeignId, role: z.string().default('owner'), ...NewAlbum.shape }),
});
export type AlbumLine = z.output<typeof AlbumLine>;

/** Lines that are listed and change nothing: `account`, `share`, `end`, deletions, and kinds that were added later. */
export interface OtherLine {
  kind: string;
}

export type ManifestLine = PhotoLine | AlbumLine | OtherLine;

const OTHER_KINDS: ReadonlySet<string> = new Set(['photo', 'album', 'account', 'share', 'end']);

/** Reads one line of a manifest. A line that cannot be read is its own fault. */
export function readLine(text: string): ManifestLine | AppError {
  const known = kindOf(text);
  if (known instanceof AppError) return known;
  const { kind, type, value } = known;
  const other = { kind: OTHER_KINDS.has(kind) ? kind : 'unknown' };
  if (type === 'delete') return other;
  if (kind === 'photo') return orFault(PhotoLine).parse(value);
  return kind === 'album' ? orFault(AlbumLine).parse(value) : other;
}

function kindOf(text: string): { kind: string; type: unknown; value: unknown } | AppError {
  try {
    const value = JSON.parse(text) as { kind?: unknown; type?: unknown } | null;
    if (typeof value?.kind === 'string') return { kind: value.kind, type: value.type, value };
  } catch {
    return new AppError('invalid-request', 'The line is no JSON, or it was cut. Send it whole.');
  }
  return new AppError('invalid-request', 'The line has no `kind`. Send lines of a manifest.');
}
