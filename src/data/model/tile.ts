import { crc32 } from 'node:zlib';
import type { PhotoId } from '../../runtime/ids.ts';
import { TRASH_LIFE_MS, type Photo, type RejectionReason, type TakenAt } from './records.ts';

/** Raised with each change of what a tile holds. Tiles of other versions are not read. */
export const TILE_VERSION = '3';

/** What the `tiles` property of a user says while a job makes the tiles of that user's photos. */
export const MAKING_TILES = `making ${TILE_VERSION}`;

/** The most bytes that an indexed text of Datastore has. */
const MOST_BYTES = 1_500;

/** What lists show of a photo, as parts of their JSON. Lists read it from an index, without the photo. */
export interface Tile {
  id: PhotoId;
  /** What the smaller sizes are made from, in pixels. */
  shown: { width: number; height: number };
  /** By which recipe the smaller sizes were made; undefined before they exist. */
  recipe: number | undefined;
  /** How often the owner has changed the rotation. */
  rotations: number;
  /** Why the change feed reports that the photo is gone; undefined while it is there. */
  gone: 'trashed' | 'erased' | RejectionReason | undefined;
  /** Members of a JSON object: what strangers see. Empty for an erased photo, like the next part. */
  strangers: string;
  /** Members of a JSON object: what the owner sees besides. The last member, `original`, is left open for its URL. */
  owners: string;
}

/** What strangers see of a photo in lists, besides what depends on the time of the reply. */
export const strangersFields = (photo: Photo) => ({
  caption: photo.caption,
  alt: photo.alt,
  takenAt: shownTime(photo.takenAt),
  postedAt: instant(photo.postedAt),
  width: photo.width,
  height: photo.height,
  type: photo.type,
  placeholder: photo.placeholder,
  color: photo.color,
  ...(photo.endsEarly && { endsEarly: true as const }),
  state: photo.state,
});

/** What the owner sees of a photo in lists besides that. */
export const ownersFields = (photo: Photo) => ({
  rotation: photo.rotation,
  bytes: photo.bytes,
  sha256: photo.sha256,
  favourite: photo.favourite,
  archived: photo.archived,
  rating: photo.rating ?? null,
  tags: [...(photo.tags ?? [])],
  trashedAt: instantOrNull(photo.trashedAt),
  deletesAt: instantOrNull(photo.trashedAt === null ? null : photo.trashedAt + TRASH_LIFE_MS),
  revision: photo.revision,
});

export const processingFields = ({ processing }: Photo) => ({
  ...processing,
  nextAttemptAt: instantOrNull(processing.nextAttemptAt),
});

/** The size that the smaller sizes of a photo are made from: its own, or that of a preview which has another. */
export const shownSizeOf = ({ width, height, preview }: Photo): Tile['shown'] => preview?.shown ?? { width, height };

/** Why the change feed reports that a photo is gone; undefined while it is there. */
export function goneAs({ erasedAt, erasedFor, trashedAt }: Photo): Tile['gone'] {
  if (erasedAt !== undefined) return erasedFor ?? 'erased';
  return trashedAt === null ? undefined : 'trashed';
}

/** By which recipe the smaller sizes of a photo were made; undefined before they exist. */
export const madeRecipeOf = ({ state, erasedAt, recipe = 1 }: Photo): Tile['recipe'] =>
  state === 'ready' && erasedAt === undefined ? recipe : undefined;

/** The tile of a photo, however long it is. */
export function tileOf(photo: Photo): Tile {
  const { id, state, erasedAt, type, bytes, rotations } = photo;
  const { width, height } = shownSizeOf(photo);
  const common = { id, shown: { width, height }, recipe: madeRecipeOf(photo), rotations, gone: goneAs(photo) };
  if (erasedAt !== undefined) return { ...common, strangers: '', owners: '' };
  const processing = state === 'ready' ? {} : { processing: processingFields(photo) };
  return {
    ...common,
    strangers: membersOf(strangersFields(photo)),
    owners: membersOf({ ...ownersFields(photo), ...processing, original: { type, bytes } }).slice(0, -1),
  };
}

const membersOf = (fields: object) => JSON.stringify(fields).slice(1, -1);

/**
 * The text of a photo's tile. It begins with the random id, because a text that begins with a time would put all writes
 * at one end of the index. A tile that is too long for an index consists of its first line.
 */
export function writeTile(photo: Photo): string {
  const { id, shown, recipe = '', rotations, gone = '', strangers, owners } = tileOf(photo);
  const rest = [`${shown.width} ${shown.height} ${recipe} ${rotations} ${gone}`, strangers, owners].join('\n');
  const text = `${id} ${TILE_VERSION} ${checksumOf(rest)}\n${rest}`;
  return Buffer.byteLength(text) > MOST_BYTES ? `${id} ${TILE_VERSION}` : text;
}

const checksumOf = (text: string) => crc32(text).toString(36).padStart(7, '0');

/** Why a tile cannot be used: it was too long, or it is not what this version writes. */
export type TileFault = 'too-long' | 'missing' | 'of another version' | 'damaged';

/** Reads the text of the tile of the photo `id`. */
export function readTile(id: string, text: string | undefined): Tile | TileFault {
  if (!text) return 'missing';
  const end = text.indexOf('\n');
  const [ofPhoto, version, checksum] = (end < 0 ? text : text.slice(0, end)).split(' ');
  if (ofPhoto !== id) return 'damaged';
  if (version !== TILE_VERSION) return 'of another version';
  if (end < 0) return checksum === undefined ? 'too-long' : 'damaged';
  const rest = text.slice(end + 1);
  if (checksumOf(rest) !== checksum) return 'damaged';
  const [facts = '', strangers = '', owners = ''] = rest.split('\n');
  const [width, height, recipe, rotations, gone] = facts.split(' ');
  return {
    id: ofPhoto as PhotoId,
    shown: { width: Number(width), height: Number(height) },
    recipe: recipe ? Number(recipe) : undefined,
    rotations: Number(rotations),
    gone: (gone || undefined) as Tile['gone'],
    strangers,
    owners,
  };
}

const shownTime = ({ local, offset, utc, source, precision }: TakenAt) => ({
  local,
  offset,
  utc,
  source,
  precision,
});

/** Milliseconds since the Unix epoch in RFC 3339. */
const instant = (ms: number) => new Date(ms).toISOString();
const instantOrNull = (ms: number | null) => (ms === null ? null : instant(ms));
