import type { ExpandedTags } from 'exifreader';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { surveyExif } from './exif-survey.ts';
import { readIptc, type IptcTags } from './iptc.ts';
import type { Findings } from '../parsers/findings.ts';
import { readXmp } from './xmp.ts';

/** The metadata of a file as text, by group and by the name that ExifReader gives a tag. Absent tags are undefined. */
export interface Tags {
  exif(name: string): string | undefined;
  xmp(name: string): string | undefined;
  iptc(name: string): string | undefined;
  /** What the picture is about, from XMP and IPTC; not yet checked. */
  keywords: string[];
  /** Degrees, south and west negative; what it holds is not yet checked. */
  position: { latitude: number | undefined; longitude: number | undefined };
}

/**
 * Reads the blocks of EXIF, XMP and IPTC that a parser has found. A file may have several of a kind: of each tag the first
 * good value counts. Never throws: tags that cannot be read count as absent.
 */
export async function readTags({ blocks }: Pick<Findings, 'blocks'>): Promise<Tags> {
  const { sound, xmp, iptc } = surveyed(blocks);
  const exif = await Promise.all(sound.map(load));
  const xmpTags = await inTurns([...blocks.xmp, ...xmp], (block) => readXmp(block, WANTED_XMP));
  const iptcTags = await inTurns([...blocks.iptc, ...iptc], readIptc);
  return {
    exif: (name) => textOf(blockWith(exif, name), name),
    xmp: (name) => firstOf(xmpTags, ({ first }) => first.get(name)),
    iptc: (name) => firstOf(iptcTags, (tags) => tags[name as IptcTime]),
    keywords: [...xmpTags.flatMap(({ subjects }) => subjects), ...iptcTags.flatMap(({ Keywords }) => Keywords)],
    position: firstOf(exif, positionOf) ?? { latitude: undefined, longitude: undefined },
  };
}

type IptcTime = Exclude<keyof IptcTags, 'Keywords'>;

/** Bytes of metadata that take some milliseconds. Before more of them other requests have their turn. */
const BYTES_PER_TURN = 64 * 1024;

async function inTurns<T>(blocks: readonly Buffer[], read: (block: Buffer) => T): Promise<T[]> {
  const results: T[] = [];
  for (const block of blocks) {
    if (block.length > BYTES_PER_TURN) await nextTurn();
    results.push(read(block));
  }
  return results;
}

/** The tags of EXIF that are read, by their numbers. All others stay unread, maker notes and colour profiles too. */
const WANTED_EXIF = new Set([
  // Make, Model, DateTime
  0x010f, 0x0110, 0x0132,
  // The directories of EXIF and GPS
  0x8769, 0x8825,
  // DateTimeOriginal, DateTimeDigitized, then OffsetTime and SubSecTime of all three times
  0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292,
  // LensModel, Rating
  0xa434, 0x4746,
  // GPS: latitude, longitude and altitude with their references, time and date
  1, 2, 3, 4, 5, 6, 7, 0x1d,
]); // prettier-ignore

const WANTED_XMP = new Set([
  'DateTimeOriginal',
  'DateTimeDigitized',
  'DateCreated',
  'CreateDate',
  'ModifyDate',
  'GPSTimeStamp',
  'Make',
  'Model',
  'LensModel',
  'Lens',
  'Rating',
  'subject',
]);

/**
 * How many bytes the values that are read may take, in all blocks of EXIF of a file. Honest files need a few hundred;
 * this many take ExifReader some milliseconds, in which nothing else runs.
 */
const MOST_DECLARED_BYTES = 2 ** 18;

/** The blocks of EXIF without those that would keep the program busy, and the XMP and IPTC that lie inside. */
function surveyed({ exif }: Findings['blocks']): { sound: Buffer[]; xmp: Buffer[]; iptc: Buffer[] } {
  let left = MOST_DECLARED_BYTES;
  const surveys = exif.map((block) => ({ block, ...surveyExif(block, WANTED_EXIF) }));
  const sound = surveys.filter(({ declaredBytes }) => declaredBytes <= left && ((left -= declaredBytes), true));
  return {
    sound: sound.map(({ block }) => block),
    xmp: sound.flatMap(({ xmp }) => xmp ?? []),
    iptc: sound.flatMap(({ iptc }) => iptc ?? []),
  };
}

/** ExifReader takes a block as it is: to the reader it is a TIFF without a picture. */
async function load(tiff: Buffer): Promise<ExpandedTags> {
  // Loaded with the first picture: the start of the program does not wait for it.
  const { default: reader } = await import('exifreader');
  try {
    return reader.load(tiff, { expanded: true, includeTags: { exif: [...WANTED_EXIF], gps: true } });
  } catch {
    return {};
  }
}

/** Tags that complete the time of another tag. Each is read from the block of that tag. */
const COMPANIONS: Record<string, string> = {
  SubSecTimeOriginal: 'DateTimeOriginal',
  OffsetTimeOriginal: 'DateTimeOriginal',
  SubSecTimeDigitized: 'DateTimeDigitized',
  OffsetTimeDigitized: 'DateTimeDigitized',
  SubSecTime: 'DateTime',
  OffsetTime: 'DateTime',
  GPSTimeStamp: 'GPSDateStamp',
};

function blockWith(blocks: ExpandedTags[], name: string): ExpandedTags['exif'] {
  const leading = COMPANIONS[name] ?? name;
  const leader = blocks.find(({ exif }) => isGood(leading, textOf(exif, leading)));
  return (leader ?? blocks.find(({ exif }) => textOf(exif, name) !== undefined))?.exif;
}

/** Zeros and blanks are no time. */
const isGood = (name: string, text: string | undefined) =>
  text !== undefined && (!/Date/.test(name) || /[1-9]/.test(text));

function firstOf<T, V>(all: T[], valueOf: (one: T) => V | undefined): V | undefined {
  for (const one of all) {
    const value = valueOf(one);
    if (value !== undefined) return value;
  }
  return undefined;
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

function positionOf({ gps }: ExpandedTags): Tags['position'] | undefined {
  const { Latitude: latitude, Longitude: longitude } = gps ?? {};
  return Number.isFinite(latitude) && Number.isFinite(longitude) ? { latitude, longitude } : undefined;
}
