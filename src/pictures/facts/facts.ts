import { AppError } from '../../runtime/errors.ts';
import type { ImageType } from '../formats.ts';
import { isTooLargeToShow } from '../decoding/decode-cost.ts';
import { pictureFacts } from '../decoding/picture-facts.ts';
import { MOST_PIXELS } from '../variants/sizes.ts';
import { readTags, type Tags } from '../metadata/tags.ts';
import { tagsOf } from './keywords.ts';
import { readTakenAt, type TakenAt } from './taken-at.ts';
import type { Findings, ImageSize } from '../parsers/findings.ts';

/** The facts in a picture's own bytes. */
export interface Facts {
  /** In pixels, as displayed: the orientation is applied. */
  width: number;
  height: number;
  takenAt: TakenAt;
  camera: { make: string | null; model: string | null; lens: string | null };
  /** Degrees, south and west negative. */
  location: { latitude: number; longitude: number } | null;
  /** Absent without keywords. */
  tags?: string[] | undefined;
  /** From 1 to 5: 0 is what programs write of photos that were not rated. */
  rating?: number | undefined;
  /** How many pictures an animation has; absent for a still. */
  frames?: number | undefined;
  /** Decoding it takes more memory than there is: it is kept, and shown by a preview. Absent for all others. */
  tooLarge?: true | undefined;
}

export interface FactsContext {
  type: ImageType;
  fileName?: string;
  /** Milliseconds since the Unix epoch. */
  uploadedAt: number;
  /** Of the file. */
  bytes?: number;
}

/**
 * Makes facts of what a parser has found, before anything is decoded. Strange metadata counts as absent.
 * @throws AppError damaged-image when no size was found, too-many-pixels
 */
export async function factsOf(findings: Findings, context: FactsContext): Promise<Facts> {
  const size = displayedSize(requireSize(findings), findings.orientation);
  const tooLarge = isTooLargeToShow(pictureFacts(findings, context.type, context.bytes ?? 0)) || undefined;
  return { ...size, ...toldBy(await readTags(findings), findings, context), tooLarge };
}

/** The facts of a picture without its size. Never throws. */
export async function factsWithoutSize(findings: Findings, context: Context): Promise<SizelessFacts> {
  return toldBy(await readTags(findings), findings, context);
}

type Context = Omit<FactsContext, 'type'>;
type SizelessFacts = Omit<Facts, 'width' | 'height'>;

function toldBy(tags: Tags, findings: Findings, { fileName = '', uploadedAt }: Context): SizelessFacts {
  const keywords = tagsOf(tags.keywords);
  return {
    takenAt: readTakenAt({ tags, created: findings.created, fileName, uploadedAt }),
    camera: {
      make: label(tags.exif('Make') ?? tags.xmp('Make')),
      model: label(tags.exif('Model') ?? tags.xmp('Model')),
      lens: label(tags.exif('LensModel') ?? tags.xmp('LensModel') ?? tags.xmp('Lens')),
    },
    location: location(tags.position),
    tags: keywords.length > 0 ? keywords : undefined,
    rating: rating(tags.xmp('Rating') ?? tags.exif('Rating')),
    frames: findings.frames > 1 ? findings.frames : undefined,
  };
}

function requireSize({ size, pixels }: Findings): ImageSize {
  if (!size || !(size.width > 0 && size.height > 0)) {
    throw new AppError('damaged-image', 'The file does not say how large its picture is.');
  }
  const decoded = Math.max(pixels, size.width * size.height);
  if (decoded <= MOST_PIXELS) return size;
  throw new AppError('too-many-pixels', `The picture has ${decoded} pixels; ${MOST_PIXELS} are taken here at most.`, {
    extra: { maxPixels: MOST_PIXELS },
  });
}

/** Orientations from 5 on turn the picture on its side. The container of AVIF and HEIC has transforms of its own. */
function displayedSize({ width, height }: ImageSize, orientation = 1): ImageSize {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

function rating(text = ''): number | undefined {
  const stars = /^[1-5](?:\.0+)?$/.test(text) ? Number(text) : 0;
  return stars > 0 ? stars : undefined;
}

const LONGEST_LABEL_CHARACTERS = 200;

/** A name that can be shown: no control characters, no blanks around it, not endless. */
function label(text = ''): string | null {
  return text.replaceAll(/\p{C}/gu, '').trim().slice(0, LONGEST_LABEL_CHARACTERS) || null;
}

/** A receiver without satellites writes 0/0, which lies in the sea. */
function location({ latitude, longitude }: Tags['position']): Facts['location'] {
  if (latitude === undefined || longitude === undefined || (latitude === 0 && longitude === 0)) return null;
  const onEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return onEarth ? { latitude, longitude } : null;
}
