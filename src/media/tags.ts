import type { ExpandedTags } from 'exifreader';

/** The metadata of a file as text, by group and by the name that ExifReader gives a tag. Absent tags are undefined. */
export interface Tags {
  exif(name: string): string | undefined;
  xmp(name: string): string | undefined;
  iptc(name: string): string | undefined;
  /** Text chunks of a PNG by keyword. */
  png(name: string): string | undefined;
  /** The EXIF orientation, 1 to 8; 1 for anything else. */
  orientation: number;
  /** Degrees, south and west negative; what it holds is not yet checked. */
  position: { latitude: number | undefined; longitude: number | undefined };
}

/**
 * Reads EXIF, XMP, IPTC and PNG text from the head of a file. Nothing in a file makes this throw: what cannot be read
 * counts as absent.
 */
export async function readTags(bytes: Buffer): Promise<Tags> {
  const found = await load(bytes);
  return {
    exif: (name) => textOf(found.exif, name),
    xmp: (name) => textOf(found.xmp, name),
    iptc: (name) => textOf(found.iptc, name),
    png: (name) => textOf(found.pngText, name),
    orientation: orientationOf(found.exif?.Orientation?.value),
    position: { latitude: found.gps?.Latitude, longitude: found.gps?.Longitude },
  };
}

/** The tags that anybody here asks for. All others stay unread, maker notes and colour profiles among them. */
const WANTED = {
  exif: words(`
    Make Model LensModel Orientation
    DateTimeOriginal SubSecTimeOriginal OffsetTimeOriginal
    DateTimeDigitized SubSecTimeDigitized OffsetTimeDigitized
    DateTime SubSecTime OffsetTime
    GPSLatitude GPSLatitudeRef GPSLongitude GPSLongitudeRef GPSDateStamp GPSTimeStamp`),
  xmp: words(`
    DateTimeOriginal DateTimeDigitized DateCreated CreateDate ModifyDate GPSTimeStamp
    Make Model LensModel Lens`),
  iptc: ['Date Created', 'Time Created'],
  png: true as const,
  gps: true as const,
};

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** Compressed text beyond this is no caption, in bytes. */
const LARGEST_TEXT = 2 ** 20;

async function load(bytes: Buffer): Promise<ExpandedTags> {
  // Loaded with the first picture: the start of the program does not wait for it.
  const { default: reader } = await import('exifreader');
  try {
    const decompress = { maxDecompressedSize: LARGEST_TEXT };
    return await reader.load(bytes, { expanded: true, async: true, includeTags: WANTED, decompress });
  } catch {
    return {};
  }
}

function textOf(group: object | undefined, name: string): string | undefined {
  const tag = group && Object.hasOwn(group, name) ? (group as Record<string, unknown>)[name] : undefined;
  const { value, description } = (tag ?? {}) as { value?: unknown; description?: unknown };
  const first = Array.isArray(value) && typeof value[0] === 'string' ? value[0] : value;
  const text = typeof first === 'string' ? first : description;
  return typeof text === 'string' ? text.replaceAll('\0', '').trim() || undefined : undefined;
}

function orientationOf(value: unknown): number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 8 ? Number(value) : 1;
}
