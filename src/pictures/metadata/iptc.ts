import { isUtf8 } from 'node:buffer';

/** What IPTC says of when a picture was made, in the form of ISO 8601, and what it is about. */
export interface IptcTags {
  'Date Created'?: string;
  'Time Created'?: string;
  Keywords: string[];
}

/**
 * Reads date, time and keywords from the records of IPTC (IPTC-IIM 4.2, 1.5). They come bare, or in Photoshop's image resources,
 * or with the name that the segment of a JPEG begins with. Unknown records count as absent.
 */
export function readIptc(block: Buffer): IptcTags {
  const bytes = startsWith(block, PHOTOSHOP) ? block.subarray(PHOTOSHOP.length) : block;
  const tags: IptcTags = { Keywords: [] };
  for (const { dataset, value } of recordsIn(startsWith(bytes, RESOURCE) ? iptcResource(bytes) : bytes)) {
    const text = value.toString('latin1', 0, 32).trim();
    const date = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
    const time = /^(\d\d)(\d\d)(\d\d)([-+]\d\d)?(\d\d)?$/.exec(text);
    if (dataset === DATE_CREATED_DATASET && date) tags['Date Created'] ??= date.slice(1).join('-');
    if (dataset === TIME_CREATED_DATASET && time) tags['Time Created'] ??= clock(time);
    if (dataset === KEYWORDS_DATASET && tags.Keywords.length < MOST_KEYWORDS) tags.Keywords.push(textOf(value));
  }
  return tags;
}

const MOST_KEYWORDS = 100;

/** Few writers declare their character set. */
const textOf = (value: Buffer) =>
  value
    .subarray(0, 300)
    .toString(isUtf8(value) ? 'utf8' : 'latin1')
    .trim();

const PHOTOSHOP = 'Photoshop 3.0\0';
const RESOURCE = '8BIM';

const startsWith = (bytes: Buffer, text: string) => bytes.toString('latin1', 0, text.length) === text;

const clock = ([, hour, minute, second, offset, rest]: string[]) =>
  `${hour}:${minute}:${second}${offset && rest ? `${offset}:${rest}` : ''}`;

/** Datasets of the second record, "application". */
const KEYWORDS_DATASET = 25;
const DATE_CREATED_DATASET = 55;
const TIME_CREATED_DATASET = 60;

/** Begins each dataset: its record, its number and its length follow. */
const TAG_MARKER = 0x1c;
const DATASET_HEAD_BYTES = 5;

/** Some writers put a byte or two of padding before a dataset. */
function* recordsIn(bytes: Buffer): Generator<{ dataset: number; value: Buffer }> {
  let at = bytes.indexOf(TAG_MARKER);
  while (at >= 0 && at + DATASET_HEAD_BYTES <= bytes.length && bytes[at] === TAG_MARKER) {
    const [record, dataset] = [bytes[at + 1], bytes[at + 2] ?? 0];
    const start = at + DATASET_HEAD_BYTES;
    // The top bit of a length says that it is longer than fits here; no value that is read here is.
    const length = bytes.readUInt16BE(at + 3);
    if (length >= 0x8000) return;
    if (record === 2) yield { dataset, value: bytes.subarray(start, start + length) };
    at = start + length;
  }
}

/** The resource of the number 0x0404; each has a name of even length with its own length before it, then its size. */
function iptcResource(bytes: Buffer): Buffer {
  for (let at = 0; at + 12 <= bytes.length && bytes.toString('latin1', at, at + 4) === RESOURCE;) {
    const name = 1 + (bytes[at + 6] ?? 0);
    const head = at + 6 + name + (name & 1);
    if (head + 4 > bytes.length) break;
    const size = bytes.readUInt32BE(head);
    if (bytes.readUInt16BE(at + 4) === 0x0404) return bytes.subarray(head + 4, head + 4 + size);
    at = head + 4 + size + (size & 1);
  }
  return Buffer.alloc(0);
}
