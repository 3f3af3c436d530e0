import { AppError } from '../http/errors.ts';
import { readDimensions, type Dimensions, type ImageSize } from './dimensions.ts';
import type { ImageType } from './formats.ts';
import { MAX_PIXELS } from './sizes.ts';
import { readTags, type Tags } from './tags.ts';
import { readTakenAt, type TakenAt } from './taken-at.ts';

/** What a picture says about itself. */
export interface Facts {
  /** In pixels, as displayed: the orientation is applied. */
  width: number;
  height: number;
  takenAt: TakenAt;
  camera: { make: string | null; model: string | null; lens: string | null };
  /** Degrees, south and west negative. */
  location: { latitude: number; longitude: number } | null;
  /** How many pictures an animation has; absent for a still. */
  frames?: number;
}

export interface FactsContext {
  type: ImageType;
  fileName?: string;
  /** Milliseconds since the Unix epoch. */
  uploadedAt: number;
}

/**
 * Reads the facts from `bytes`: at least the first 256 KiB of a JPEG, the whole file of every other type.
 * Throws `damaged-image` when they give no size, and `too-many-pixels` before anything is decoded. What is strange in
 * the metadata never throws, it only counts as absent.
 */
export async function readFacts(bytes: Uint8Array, context: FactsContext): Promise<Facts> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = requireSize(buffer, context.type);
  const tags = await readTags(buffer);
  return {
    ...displayedSize(dimensions, tags, context.type),
    takenAt: readTakenAt({ tags, fileName: context.fileName ?? '', uploadedAt: context.uploadedAt }),
    camera: {
      make: label(tags.exif('Make') ?? tags.xmp('Make')),
      model: label(tags.exif('Model') ?? tags.xmp('Model')),
      lens: label(tags.exif('LensModel') ?? tags.xmp('LensModel') ?? tags.xmp('Lens')),
    },
    location: location(tags.position),
    ...(dimensions.frames > 1 ? { frames: dimensions.frames } : {}),
  };
}

function requireSize(bytes: Buffer, type: ImageType): Dimensions {
  const dimensions = readDimensions(bytes, type);
  if (!dimensions) throw new AppError('damaged-image', 'The file does not say how large its picture is.');
  const { width, height, pixels } = dimensions;
  if (pixels <= MAX_PIXELS) return dimensions;
  throw new AppError(
    'too-many-pixels',
    `${width} x ${height} (${pixels} pixels to decode) is more than is taken here.`,
    {
      extra: { maxPixels: MAX_PIXELS },
    },
  );
}

/** The container of AVIF and HEIC has transforms of its own; what EXIF says there has been applied already. */
function displayedSize({ width, height }: ImageSize, tags: Tags, type: ImageType): ImageSize {
  const turned = tags.orientation >= 5 && type !== 'image/avif' && type !== 'image/heic';
  return turned ? { width: height, height: width } : { width, height };
}

const LONGEST_LABEL = 200;

/** A name that can be shown: no control characters, no blanks around it, not endless. */
function label(text = ''): string | null {
  return text.replaceAll(/\p{C}/gu, '').trim().slice(0, LONGEST_LABEL) || null;
}

function location({ latitude, longitude }: Tags['position']): Facts['location'] {
  if (latitude === undefined || longitude === undefined) return null;
  const onEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return onEarth ? { latitude, longitude } : null;
}
