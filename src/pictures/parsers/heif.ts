import { boxAt, boxHead, readable, boxesIn, type Box } from './boxes.ts';
import { skip, take, type Ask, type Parser } from './byte-parser.ts';
import {
  keep,
  LARGEST_BLOCK_BYTES,
  type Findings,
  type MetadataKind,
  type Place,
  type PixelCoding,
} from './findings.ts';
import { itemsOf, type Extent, type Item } from './heif-items.ts';
import { heifSize } from './heif-size.ts';
import { primaryItem } from './heif-primary.ts';

/**
 * Parses the boxes of an AVIF or HEIC file. The file is whole when its boxes are, and the parts of every item lie inside.
 * Bytes that form no box are a tail that is no part of the picture. A box of length 0 reaches to the end of the file. A
 * second `meta` or `moov` is ignored. Metadata that stands before `meta` is noted as passed.
 */
export function* parseHeif(findings: Findings): Parser {
  let listed = NOTHING_LISTED;
  const unread = new Set(['meta', 'moov']);
  for (let at = 0; ;) {
    const box = yield* boxHead();
    if (!box) return;
    const start = at + box.head;
    const end = box.length === 0 ? listed.end : at + box.length;
    if (box.length > 0) findings.complete = false;
    const wanted = box.length > 0 && box.length <= LARGEST_BLOCK_BYTES && unread.delete(box.name);
    if (wanted && box.name === 'meta') listed = list(yield* take(end - start), at, findings);
    else if (wanted) readSequence(yield* take(end - start), findings);
    else yield* passBy({ start, length: end - start }, listed.metadata, findings);
    at = end;
    findings.complete = at >= listed.end;
    if (box.length === 0) return;
  }
}

/** What `meta` declares about the rest of the file: where its last item ends, and where its metadata is. */
interface Listed {
  end: number;
  metadata: Place[];
}

const NOTHING_LISTED: Listed = { end: Infinity, metadata: [] };

/** Types of the items that hold metadata; of `mime` items XMP is the only one that cameras write. */
const KINDS: Record<string, MetadataKind | undefined> = { Exif: 'exif', mime: 'xmp' };

/** `at` is where the box of these items begins. */
function list(meta: Buffer, at: number, findings: Findings): Listed {
  const children = meta.subarray(4);
  findings.size ??= readable(() => heifSize(children));
  readCoding(children, findings);
  const items = readable(() => itemsOf(children));
  if (!items) return NOTHING_LISTED;
  const inFile = items.filter((item) => !item.inIdat).flatMap((item) => item.extents);
  const metadata = metadataAmong(items, boxAt(children, 'idat'), findings)
    .slice(0, MOST_METADATA)
    .sort((a, b) => a.start - b.start);
  findings.passed = metadata.filter(({ start, length }) => start + length <= at);
  return { end: inFile.reduce((end, { start, length }) => Math.max(end, start + length), 0), metadata };
}

/** Places of metadata that are read; a camera writes two. Each box of the file is compared with all of them. */
const MOST_METADATA = 8;

/** Keeps metadata in `idat` at once, and returns where in the file the rest is. */
function metadataAmong(items: Item[], idat: Buffer | undefined, findings: Findings): Listed['metadata'] {
  return items.flatMap(({ type, inIdat, extents: [only, ...more] }) => {
    const kind = KINDS[type];
    // Metadata in several pieces is allowed, but no camera writes it.
    if (!kind || !only || more.length > 0 || only.length > LARGEST_BLOCK_BYTES) return [];
    if (!inIdat) return [{ kind, ...only }];
    keepItem(findings, kind, idat?.subarray(only.start, only.start + only.length) ?? Buffer.alloc(0));
    return [];
  });
}

/** Skips a range of the file, and keeps the metadata that lies in it. */
function* passBy(range: Extent, metadata: Listed['metadata'], findings: Findings): Generator<Ask, void, Buffer> {
  let at = range.start;
  const end = range.start + range.length;
  for (const { kind, start, length } of metadata) {
    if (start < at || start + length > end) continue;
    yield* skip(start - at);
    keepItem(findings, kind, yield* take(length));
    at = start + length;
  }
  yield* skip(end - at);
}

/** Keeps an item of metadata. One of EXIF begins with the distance to its TIFF head (ISO/IEC 23008-12, annex A.2.1). */
export function keepItem(findings: Findings, kind: MetadataKind, bytes: Buffer): void {
  const head = kind === 'exif' && bytes.length > 4 ? 4 + bytes.readUInt32BE(0) : 0;
  keep(findings, kind, head < bytes.length ? bytes.subarray(head) : bytes);
}

/** Takes from the `moov` box of an image sequence when it was made and how many pictures its first track has. */
function readSequence(moov: Buffer, findings: Findings): void {
  readable(() => {
    const header = boxAt(moov, 'mvhd');
    const samples = boxAt(moov, 'trak', 'mdia', 'minf', 'stbl', 'stsz');
    if (header) findings.created ??= instant(header);
    if (samples) findings.frames = samples.readUInt32BE(8);
  });
}

/** From midnight, 1 January 1904 UTC, where the clocks of this container begin, to the Unix epoch, in seconds. */
const EPOCH_SECONDS = 2_082_844_800;

/** The instant in RFC 3339; undefined when the field was left at zero. Version 1 has eight bytes for it. */
function instant(header: Buffer): string | undefined {
  const seconds = header[0] === 1 ? Number(header.readBigUInt64BE(4)) : header.readUInt32BE(4);
  return seconds === 0 ? undefined : new Date((seconds - EPOCH_SECONDS) * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * Takes from `meta` how the picture is coded and how many pixels its largest item has: tiles, opacity and the whole may
 * differ. `children` are the boxes inside `meta`.
 */
function readCoding(children: Buffer, findings: Findings): void {
  const all = readable(() => [...boxesIn(boxAt(children, 'iprp', 'ipco') ?? Buffer.alloc(0))]) ?? [];
  for (const { payload } of all.filter(({ name }) => name === 'ispe')) {
    const pixels = readable(() => payload.readUInt32BE(4) * payload.readUInt32BE(8)) ?? 0;
    findings.pixels = Math.max(findings.pixels, pixels);
  }
  const coded = primaryItem(children)?.properties.find(({ name }) => name in CONFIGURATIONS);
  const found = coded && readable(() => CONFIGURATIONS[coded.name]?.(coded.payload));
  if (found) findings.coding ??= { ...found, alpha: all.some(isAlpha), whole: true };
}

const CONFIGURATIONS: Record<string, ((payload: Buffer) => Pick<PixelCoding, 'samples' | 'bits'>) | undefined> = {
  /** AV1 Codec ISO Media File Format Binding, 2.3.3. */
  av1C(payload) {
    const flags = payload.readUInt8(2);
    const bits = flags & 0x40 ? (flags & 0x20 ? 12 : 10) : 8;
    const shared = ((flags >> 3) & 1) + ((flags >> 2) & 1);
    // The decoder makes three planes of grey, too.
    return { samples: 1 + 2 / 2 ** shared, bits };
  },
  /** ISO/IEC 14496-15, 8.3.3.1.2. */
  hvcC(payload) {
    const samples = [3, 1.5, 2, 3][payload.readUInt8(16) & 3] ?? 3;
    return { samples, bits: 8 + Math.max(payload.readUInt8(17) & 7, payload.readUInt8(18) & 7) };
  },
};

/** `auxC` (ISO/IEC 23008-12, 6.5.8). */
const isAlpha = ({ name, payload }: Box) => name === 'auxC' && /alpha|:aux(?:id)?:1\0/.test(payload.toString('latin1'));
