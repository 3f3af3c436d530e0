import type { ExpandedTags } from 'exifreader';
import { claimedBytes } from './exif-claims.ts';
import type { Findings } from './walks/findings.ts';

/** The metadata of a file as text, by group and by the name that ExifReader gives a tag. Absent tags are undefined. */
export interface Tags {
  exif(name: string): string | undefined;
  xmp(name: string): string | undefined;
  iptc(name: string): string | undefined;
  /** Degrees, south and west negative; what it holds is not yet checked. */
  position: { latitude: number | undefined; longitude: number | undefined };
}

/** The blocks of metadata that a walk has found in a file. */
export type Blocks = Pick<Findings, 'exif' | 'xmp' | 'iptc'>;

/** Reads EXIF, XMP and IPTC. Nothing in a block makes this throw: what cannot be read counts as absent. */
export async function readTags(blocks: Blocks): Promise<Tags> {
  const found = await load(blocks);
  return {
    exif: (name) => textOf(found.exif, name),
    xmp: (name) => textOf(found.xmp, name),
    iptc: (name) => textOf(found.iptc, name),
    position: { latitude: found.gps?.Latitude, longitude: found.gps?.Longitude },
  };
}

/** The tags that anybody here asks for. All others stay unread, maker notes and colour profiles among them. */
const WANTED = {
  exif: words(`
    Make Model LensModel
    DateTimeOriginal SubSecTimeOriginal OffsetTimeOriginal
    DateTimeDigitized SubSecTimeDigitized OffsetTimeDigitized
    DateTime SubSecTime OffsetTime
    GPSLatitude GPSLatitudeRef GPSLongitude GPSLongitudeRef GPSDateStamp GPSTimeStamp`),
  xmp: words(`
    DateTimeOriginal DateTimeDigitized DateCreated CreateDate ModifyDate GPSTimeStamp
    Make Model LensModel Lens`),
  iptc: ['Date Created', 'Time Created'],
  gps: true as const,
};

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

async function load(blocks: Blocks): Promise<ExpandedTags> {
  if (!blocks.exif && !blocks.xmp && !blocks.iptc) return {};
  // Loaded with the first picture: the start of the program does not wait for it.
  const { default: reader } = await import('exifreader');
  try {
    return reader.load(asJpeg(sound(blocks)), { expanded: true, includeTags: WANTED });
  } catch {
    return {};
  }
}

/** How often an EXIF block may claim each of its bytes: some programs let a few tags share theirs. */
const MOST_CLAIMS = 4;

/** The blocks without an EXIF that would keep the program busy for a second. */
function sound({ exif, ...others }: Blocks): Blocks {
  return exif && claimedBytes(exif) <= MOST_CLAIMS * exif.length ? { exif, ...others } : others;
}

/** A JPEG of nothing but metadata: so the reader needs to know one container only, and gets few bytes of any file. */
function asJpeg({ exif, xmp, iptc }: Blocks): Buffer {
  return Buffer.concat([
    Buffer.of(0xff, 0xd8),
    segment(0xe1, 'Exif\0\0', exif),
    segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmp),
    segment(0xed, 'Photoshop 3.0\0', iptc),
    Buffer.of(0xff, 0xd9),
  ]);
}

/** The most that a segment holds behind its length. What other formats have beyond that are thumbnails and notes. */
const LONGEST_SEGMENT = 0xffff - 2;

function segment(marker: number, prefix: string, block: Buffer | undefined): Buffer {
  if (!block) return Buffer.alloc(0);
  const body = Buffer.concat([Buffer.from(prefix, 'latin1'), block]).subarray(0, LONGEST_SEGMENT);
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** What ExifReader gives for a value that lies outside its block. */
const FAULTY = '<faulty value>';

function textOf(group: object | undefined, name: string): string | undefined {
  const tag = group && Object.hasOwn(group, name) ? (group as Record<string, unknown>)[name] : undefined;
  const { value, description } = (tag ?? {}) as { value?: unknown; description?: unknown };
  const first = Array.isArray(value) && typeof value[0] === 'string' ? value[0] : value;
  const text = typeof first === 'string' ? first : description;
  if (typeof text !== 'string' || text === FAULTY) return undefined;
  return text.replaceAll('\0', '').trim() || undefined;
}
