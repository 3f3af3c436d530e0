/** The kinds of picture that are taken in. SVG, TIFF, JPEG XL and video are not among them. */
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/heic'] as const;

export type ImageType = (typeof IMAGE_TYPES)[number];

/** How many bytes from the start of a file `sniffType` wants to see; a shorter file is shown whole. */
export const SNIFF_BYTES = 64;

/**
 * The kind of picture by its first bytes, never by its name or by what a header says; undefined for anything else.
 * Image sequences (`avis`, `hevc`) count when they hold a still picture as well, which is then the one that is shown.
 */
export function sniffType(head: Uint8Array): ImageType | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, SNIFF_BYTES));
  const text = bytes.toString('latin1');
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'image/gif';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'image/webp';
  if (text.startsWith('ftyp', 4)) return typeOfBrands(brandsOf(bytes));
  return undefined;
}

/** The brands that name a still picture in the HEIF container with HEVC inside (ISO/IEC 23008-12, annex B). */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis'];

function typeOfBrands(brands: string[]): ImageType | undefined {
  if (brands.includes('avif')) return 'image/avif';
  if (HEIC_BRANDS.some((brand) => brands.includes(brand))) return 'image/heic';
  return undefined;
}

/** The major brand and the compatible ones of a `ftyp` box, as far as they lie within the head. */
function brandsOf(head: Buffer): string[] {
  const end = head.length < 16 ? 0 : Math.min(head.readUInt32BE(0), head.length);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) brands.push(head.toString('latin1', at, at + 4));
  return brands;
}
