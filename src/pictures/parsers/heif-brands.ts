import { boxAt } from './boxes.ts';
import { primaryItem } from './heif-primary.ts';

/** The brands that name a still picture in the HEIF container with HEVC inside (ISO/IEC 23008-12, annex B). */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis'];

/** Brands of the same container that do not say how the picture is coded, or whether there is a still one. */
const OPEN_BRANDS = ['mif1', 'mif2', 'miaf', 'msf1', 'MA1A', 'MA1B', 'avis', 'hevc', 'hevx'];

/** How many bytes of a file with such brands are read: the `meta` box of a camera has a few thousand. */
const MOST_BYTES = 256 * 1024;

/**
 * The kind of picture in the HEIF container: by its brands, in whatever order, and by the coding of its primary item
 * where they leave it open. `head` are the first bytes of the file.
 */
export function heifType(head: Buffer): 'image/avif' | 'image/heic' | undefined {
  const brands = brandsOf(head);
  if (brands.includes('avif')) return 'image/avif';
  if (HEIC_BRANDS.some((brand) => brands.includes(brand))) return 'image/heic';
  if (!OPEN_BRANDS.some((brand) => brands.includes(brand))) return undefined;
  const meta = boxAt(head.subarray(0, MOST_BYTES), 'meta');
  const coding = meta && primaryItem(meta.subarray(4))?.coding;
  if (coding === 'av01') return 'image/avif';
  return coding === 'hvc1' ? 'image/heic' : undefined;
}

/** How many bytes from the start of a file `heifType` wants, as far as those that are there tell. */
export function heifBytesWanted(head: Buffer): number {
  const end = head.readUInt32BE(0);
  if (head.length < end + 8) return Math.min(end + 8, MOST_BYTES);
  if (heifType(head) || !OPEN_BRANDS.some((brand) => brandsOf(head).includes(brand))) return head.length;
  const isMeta = head.toString('latin1', end + 4, end + 8) === 'meta';
  return isMeta ? Math.min(end + head.readUInt32BE(end), MOST_BYTES) : MOST_BYTES;
}

const PLAIN_BRANDS: Readonly<Record<string, string>> = { 'image/avif': 'avif', 'image/heic': 'heic' };

/**
 * The file with the brands that libvips goes by: it chooses the decoder by the major one alone, and refuses a file that
 * says that it holds a sequence, although most hold their first picture as a still.
 */
export function withPlainBrands(file: Buffer, type: string): Buffer {
  const plain = PLAIN_BRANDS[type];
  if (!plain) return file;
  const brands = brandsOf(file);
  if (brands[0] === plain && !brands.some((brand) => SEQUENCE_BRANDS.has(brand))) return file;
  const copy = Buffer.from(file);
  copy.write(plain, 8, 'latin1');
  return copy.fill('mif1', 16, Math.max(16, copy.readUInt32BE(0)), 'latin1');
}

const SEQUENCE_BRANDS = new Set(['msf1', 'avis', 'hevc', 'hevx']);

/** How much of a `ftyp` box is read, in bytes: cameras write ten brands at most. */
const MOST_BRANDS = 4_096;

/** The major brand and the compatible ones of the `ftyp` box, as far as they lie within the head. */
function brandsOf(head: Buffer): string[] {
  const end = head.length < 16 ? 0 : Math.min(head.readUInt32BE(0), head.length, MOST_BRANDS);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) brands.push(head.toString('latin1', at, at + 4));
  return brands;
}
