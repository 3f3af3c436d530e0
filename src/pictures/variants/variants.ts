import { isTooLargeToShow } from '../decoding/decode-cost.ts';
import { makingBuffers, tooLargeToShow } from '../decoding/decode-faults.ts';
import { decoding, loadDecoder, type DecodeLimits, type Decoder } from '../decoding/decoder.ts';
import type { ImageSize } from '../parsers/findings.ts';
import type { ImageType } from '../formats.ts';
import { decodeHeic } from '../decoding/heic.ts';
import { gainMapIn, withGainMap, type GainMap } from '../hdr/gain-map.ts';
import { withPlainBrands } from '../parsers/heif-brands.ts';
import { wholeBytes } from '../decoding/missing-end.ts';
import { encode, shrink, type Picture, type Pixels } from '../decoding/pixels.ts';
import { readPictureFacts } from '../decoding/picture-facts.ts';
import type { PictureFormat } from './picture-format.ts';
import { describePixels } from './placeholder.ts';
import { hdrColourOf, type HdrColour } from '../hdr/signalled-colour.ts';
import { deepPixels, toneMap } from '../hdr/tone-map.ts';
import { AppError } from '../../runtime/errors.ts';
import { release } from '../../runtime/free-memory.ts';
import { rotatedSize, type Rotation } from '../../runtime/rotation.ts';
import { EAGER_SIZES, fitWithin, type EagerSize, type VariantSize } from './sizes.ts';
import { rotate, rotatedOrientation } from './rotate.ts';

export type { Picture } from '../decoding/pixels.ts';

interface Variants {
  variants: Record<EagerSize, Picture>;
  /** The size in which the decoder shows the original, turned by its owner. */
  shown: ImageSize;
  /** Base64 of a thumbhash. */
  placeholder: string;
  /** The dominant colour, `#rrggbb`. */
  color: string;
  /** Whether the data of the picture end early, so that its last part is grey. */
  endsEarly: boolean;
}

/** How an original is decoded. */
export interface DecodeHow {
  limits?: DecodeLimits | undefined;
  /** By how much its owner has turned it. */
  rotation?: Rotation | undefined;
}

/**
 * Makes all eager variants from one decode: the pixels of each size are made from those of the size before.
 * @throws AppError damaged-image, too-many-pixels, too-large-to-show, decode-timeout, decode-memory, decoder-lost
 */
export async function makeVariants(
  original: Buffer,
  type: ImageType,
  { limits, rotation = 0 }: DecodeHow = {},
): Promise<Variants> {
  const open = await loadDecoder(limits);
  return makingBuffers(async () => {
    const source = await inspect(open, original, type);
    const shown = rotatedSize(source, rotation);
    const map = { ...mapOf(source, rotation), ...shown };
    const smaller = (size: EagerSize) => (pixels: Pixels) =>
      shrink(open, pixels, fitWithin(shown.width, shown.height, size));
    // Each size is encoded while the next one is made.
    const decoded = decode(open, source, 'medium');
    const medium = decoded.then((pixels) => rotate(open, pixels, rotation));
    const small = medium.then(smaller('small'));
    const thumb = small.then(smaller('thumb'));
    const described = thumb.then(describePixels);
    const encoded = [
      medium.then(async (pixels) => withMap(open, map, await encode(open, pixels))),
      ...[small, thumb].map(async (pixels) => encode(open, await pixels)),
    ];
    const [{ placeholder, color }, ...pictures] = await Promise.all([described, ...encoded]);
    const { endsEarly = false } = await decoded;
    for (const { data } of await Promise.all([medium, small, thumb])) release(data);
    const variants = Object.fromEntries(EAGER_SIZES.map((size, index) => [size, pictures[index]]));
    return { variants: variants as Record<EagerSize, Picture>, shown, placeholder, color, endsEarly };
  });
}

/** A photo decoded once, at the size of `large`. Every size and format can be made from it. */
export interface DecodedPhoto {
  pixels: Pixels;
  /** The size in which the decoder shows the original, turned by its owner. */
  shown: ImageSize;
  /** The EXIF orientation of the gain map: that of the original, turned by its owner. */
  orientation: number;
  gainMap?: GainMap | undefined;
}

/**
 * Decodes a photo for all sizes and formats.
 * @throws AppError as `makeVariants` does
 */
export async function decodeLarge(
  original: Buffer,
  type: ImageType,
  { limits, rotation = 0 }: DecodeHow = {},
): Promise<DecodedPhoto> {
  const open = await loadDecoder(limits);
  return makingBuffers(async () => {
    const source = await inspect(open, original, type);
    const pixels = await rotate(open, await decode(open, source, 'large'), rotation);
    const { gainMap, orientation } = mapOf(source, rotation);
    // A copy, so that the memory of the original can be freed.
    const kept = gainMap && { ...gainMap, image: Buffer.from(gainMap.image) };
    return { pixels, shown: rotatedSize(source, rotation), orientation, gainMap: kept };
  });
}

/**
 * Makes one size in one format.
 * @throws AppError as `makeVariants` does
 */
export async function makeVariant(
  { pixels, shown, ...map }: DecodedPhoto,
  { size, format }: { size: VariantSize; format: PictureFormat },
  limits?: DecodeLimits,
): Promise<Picture> {
  const open = await loadDecoder(limits);
  return makingBuffers(async () => {
    const smaller = await shrink(open, pixels, fitWithin(shown.width, shown.height, size));
    const picture = await encode(open, smaller, format);
    if (smaller !== pixels) release(smaller.data);
    return size === 'large' || size === 'medium' ? withMap(open, { ...map, ...shown }, picture) : picture;
  });
}

/** The gain map of an original, and how it lies in a picture that is turned. */
const mapOf = ({ gainMap, orientation }: Source, rotation: Rotation) => ({
  gainMap,
  orientation: rotatedOrientation(orientation, rotation),
});

/** An original, and the size in which it is shown. */
interface Source extends ImageSize {
  bytes: Buffer;
  /** Of 16 bits with a profile: sharp translates such pictures to Display P3, and leaves them there. */
  inP3: boolean;
  /** Given for pictures of high dynamic range. */
  hdr?: { colour: HdrColour; bits: number };
  gainMap?: GainMap | undefined;
  /** The EXIF orientation. */
  orientation: number;
  isJpeg: boolean;
  /** Set when libvips can read the head, but cannot decode the picture. */
  heic?: { profile: Buffer | undefined };
}

/** Reads the head once more with the library that is about to decode it. */
async function inspect(open: Decoder, original: Buffer, type: ImageType): Promise<Source> {
  if (isTooLargeToShow(readPictureFacts(original, type))) throw tooLargeToShow();
  const bytes = withPlainBrands(await wholeBytes(original, type), type);
  const head = await decoding(open, () => open(bytes).metadata());
  const { compression, autoOrient, icc, depth, bitsPerSample, orientation = 1 } = head;
  const inP3 = depth === 'ushort' && icc !== undefined;
  const colour = hdrColourOf(bytes, type, icc);
  const hdr = colour && { hdr: { colour, bits: depth === 'uchar' ? 8 : (bitsPerSample ?? 16) } };
  const isJpeg = type === 'image/jpeg';
  const gainMap = isJpeg ? gainMapIn(bytes) : undefined;
  const { width, height } = autoOrient;
  const source = { bytes, inP3, ...hdr, gainMap, orientation, isJpeg, width, height };
  return compression === 'hevc' ? { ...source, heic: { profile: icc } } : source;
}

type Mapped = Pick<Source, 'gainMap' | 'orientation' | 'width' | 'height'>;

/** Adds the gain map of the original to a JPEG. A map that cannot be shown is left out. */
async function withMap(open: Decoder, source: Mapped, picture: Picture): Promise<Picture> {
  const { gainMap, orientation, width, height } = source;
  if (!gainMap || picture.format !== 'jpeg') return picture;
  const how = { scale: picture.width / width, orientation, largest: width * height };
  const bytes = await withGainMap(open, picture.bytes, gainMap, how).catch(() => picture.bytes);
  return { ...picture, bytes };
}

/** Converts any input (CMYK, grey, 16 bits, palette, Display P3, transparency) to opaque sRGB. */
async function decode(open: Decoder, source: Source, size: VariantSize): Promise<Decoded> {
  const { width, height } = fitWithin(source.width, source.height, size);
  if (source.heic) {
    return decodeHeic(open, { bytes: source.bytes, ...source.heic, hdr: source.hdr?.colour }, { width, height });
  }
  if (source.hdr) {
    // Its codes are perceptually even like those of sRGB, so that they can be shrunk in the same way.
    const coded = open(source.bytes, { autoOrient: true, ignoreIcc: true }).resize(width, height, { fit: 'fill' });
    return toneMap(await deepPixels(open, coded, { width, height, bits: source.hdr.bits }), source.hdr.colour);
  }
  const dataOf = (failOn: 'warning' | 'truncated') => {
    const pixels = open(source.bytes, { autoOrient: true, failOn })
      .resize(width, height, { fit: 'fill' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' });
    if (source.inP3) pixels.withIccProfile('srgb', { attach: false });
    return decoding(open, () => pixels.toBuffer());
  };
  if (!source.isJpeg) return { data: await dataOf('truncated'), width, height };
  try {
    return { data: await dataOf('warning'), width, height };
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'damaged-image')) throw error;
    const endsEarly = ENDS_EARLY.test(String(error.cause));
    return { data: await dataOf('truncated'), width, height, endsEarly };
  }
}

/** Pixels of an original. `endsEarly` says that a part of them is missing in the file. */
interface Decoded extends Pixels {
  endsEarly?: boolean;
}

/** libjpeg's warning, `JWRN_HIT_MARKER`: the data of a scan end before its last row. It shows the rest in grey. */
const ENDS_EARLY = /premature end of data segment/;
