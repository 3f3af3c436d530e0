import type { ExportedPhoto } from './manifest.ts';

/** Longest path of a file below the takeout folder, in bytes, with the `.xmp` of its sidecar. */
const MAX_PATH_BYTES = 200;

/** The room for ` (1234)` in the name of a file whose first name is taken. */
const NUMBER_BYTES = 9;

const SIDECAR_BYTES = '.xmp'.length;

/**
 * Names of a photo below the folder, the best first: by its time of capture and the name of its file. The further ones
 * have a number. All are in NFC, and valid on Windows, macOS and Linux.
 */
export function* photoPaths(photo: ExportedPhoto): Generator<string, never> {
  const { folder, day } = timePart(photo.takenAt);
  const [stem, extension] = nameParts(photo);
  const rest = MAX_PATH_BYTES - SIDECAR_BYTES - NUMBER_BYTES - bytesIn(`${folder}/${day} ${extension}`);
  return yield* numbered(`${folder}/${[day, cut(stem, rest)].filter(Boolean).join(' ')}`, extension);
}

/** Names of the list of an album, the best first. */
export function* albumPaths(title: string): Generator<string, never> {
  const rest = MAX_PATH_BYTES - NUMBER_BYTES - bytesIn('albums/_.txt');
  return yield* numbered(`albums/${notReserved(cut(safe(title), rest) || 'Album')}`, '.txt');
}

/** Two names with the same key are one file on a disk that takes no account of case. */
export const nameKey = (path: string) => path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFC');

function* numbered(start: string, extension: string): Generator<string, never> {
  yield start + extension;
  for (let number = 2; ; number++) yield `${start} (${number})${extension}`;
}

/** Only as much of the time as is known stands in the name. */
function timePart({ local, precision }: ExportedPhoto['takenAt']): { folder: string; day: string } {
  const [year, month, day] = [local.slice(0, 4), local.slice(0, 7), local.slice(0, 10)];
  if (precision === 'year') return { folder: year, day: year };
  const folder = `${year}/${month}`;
  if (precision === 'month') return { folder, day: month };
  if (precision === 'day') return { folder, day };
  const time = local.slice(11, precision === 'minute' ? 16 : 19).replaceAll(':', '.');
  return { folder, day: `${day} ${time}` };
}

function nameParts({ fileName, type }: ExportedPhoto): [stem: string, extension: string] {
  const name = safe(fileName ?? '');
  const [extension = ''] = PICTURE_EXTENSION.exec(name) ?? [];
  if (extension) return [trimmed(name.slice(0, -extension.length)), extension];
  return [name, EXTENSIONS[type] ?? ''];
}

const PICTURE_EXTENSION =
  /\.(?:jpe?g|jpe|jfif|mpo|a?png|gif|webp|avif|hei[cf]|hif|tiff?|dng|nef|nrw|cr2|arw|sr2|srw|pef|3fr|iiq|erf|rwl|jxl)$/i;

const EXTENSIONS: Record<string, string> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'image/avif': '.avif',
  'image/heic': '.heic',
  'image/tiff': '.tif',
  'image/jxl': '.jxl',
};

/** Characters that Windows refuses in names, and such as are not seen: control characters, and marks of direction. */
const UNSAFE = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;

const safe = (text: string) =>
  trimmed(text.toWellFormed().normalize('NFC').replaceAll(UNSAFE, '_').replaceAll(/\s+/g, ' '));

/** Windows takes no space and no dot at the end of a name. A dot at the start hides a file. */
const trimmed = (text: string) => text.replaceAll(/^[. ]+|[. ]+$/g, '');

/** Names of devices in Windows, with any extension. */
const notReserved = (name: string) =>
  /^(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?:\.|$)/i.test(name) ? `_${name}` : name;

/** Cuts between characters as a person sees them. */
function cut(text: string, maxBytes: number): string {
  if (bytesIn(text) <= maxBytes) return text;
  let kept = '';
  for (const { segment } of SEGMENTS.segment(text)) {
    if (bytesIn(kept + segment) > maxBytes) break;
    kept += segment;
  }
  return trimmed(kept);
}

const SEGMENTS = new Intl.Segmenter('en', { granularity: 'grapheme' });

const bytesIn = (text: string) => Buffer.byteLength(text);
