import { deflateSync } from 'node:zlib';
import { pngChunk } from './png.ts';

/** A block of EXIF with a maker and a time of capture, whose directories stand behind so many bytes of padding. */
export function exifBlock({ make = 'Leica', takenAt = '2019:07:01 10:00:00', padding = 0 } = {}): Buffer {
  const [image, capture] = [8 + padding, 8 + padding + 30];
  const values = capture + 18;
  const tiff = Buffer.alloc(values + make.length + 1 + takenAt.length + 1);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(image, 4);
  tiff.writeUInt16LE(2, image);
  entry(tiff, image + 2, { tag: 0x010f, type: 2, count: make.length + 1, value: values });
  entry(tiff, image + 14, { tag: 0x8769, type: 4, count: 1, value: capture });
  tiff.writeUInt16LE(1, capture);
  entry(tiff, capture + 2, { tag: 0x9003, type: 2, count: takenAt.length + 1, value: values + make.length + 1 });
  tiff.write(`${make}\0${takenAt}`, values, 'latin1');
  return tiff;
}

function entry(
  tiff: Buffer,
  at: number,
  { tag, type, count, value }: Record<'tag' | 'type' | 'count' | 'value', number>,
) {
  tiff.writeUInt16LE(tag, at);
  tiff.writeUInt16LE(type, at + 2);
  tiff.writeUInt32LE(count, at + 4);
  tiff.writeUInt32LE(value, at + 8);
}

/** A packet of XMP with these attributes, in the wrapper that programs put around it. */
export const xmpPacket = (attributes: string, more = ''): string =>
  '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
  `xmlns:xmp="http://ns.adobe.com/xap/1.0/" ${attributes}>${more}</rdf:Description></rdf:RDF></x:xmpmeta>` +
  '<?xpacket end="w"?>';

export const EXIF_PREFIX = 'Exif\0\0';
export const XMP_PREFIX = 'http://ns.adobe.com/xap/1.0/\0';
export const PHOTOSHOP_PREFIX = 'Photoshop 3.0\0';

/** One segment of a JPEG: marker, length, prefix and content. */
export function segment(marker: number, prefix: string, content: Buffer | string): Buffer {
  const body = Buffer.concat([Buffer.from(prefix, 'latin1'), Buffer.from(content)]);
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/**
 * Segments with XMP and its extension in pieces of so many bytes: name, length of the whole, offset, content
 * (ISO 16684-3, 1.1.3.1).
 */
export function extendedXmp(packet: string, extension: string, pieceBytes: number): Buffer[] {
  const whole = Buffer.from(extension);
  const segments = [segment(0xe1, XMP_PREFIX, packet)];
  for (let at = 0; at < whole.length; at += pieceBytes) {
    const head = Buffer.alloc(40, 'A');
    head.writeUInt32BE(whole.length, 32);
    head.writeUInt32BE(at, 36);
    const content = Buffer.concat([head, whole.subarray(at, at + pieceBytes)]);
    segments.push(segment(0xe1, 'http://ns.adobe.com/xmp/extension/\0', content));
  }
  return segments;
}

/** A JPEG with further segments at its beginning. */
export const jpegWith = (jpeg: Buffer, ...segments: Buffer[]): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);

interface Segment {
  marker: number;
  /** Without marker and length. */
  content: Buffer;
}

/** A JPEG whose segments up to its first scan may be changed; those for which `change` returns true are left out. */
export function jpegSegments(jpeg: Buffer, change: (segment: Segment) => boolean | void): Buffer {
  const file = Buffer.from(jpeg);
  const kept = [file.subarray(0, 2)];
  for (let at = 2, marker = 0; marker !== 0xda;) {
    marker = file[at + 1] ?? 0;
    const end = at + 2 + file.readUInt16BE(at + 2);
    if (change({ marker, content: file.subarray(at + 4, end) }) !== true) kept.push(file.subarray(at, end));
    at = end;
    if (marker === 0xda) kept.push(file.subarray(end));
  }
  return Buffer.concat(kept);
}

/** A PNG with those of its chunks that are wanted. */
export function pngChunks(png: Buffer, wanted: (chunk: { name: string }) => boolean): Buffer {
  const kept = [png.subarray(0, 8)];
  for (let at = 8; at < png.length;) {
    const end = at + 12 + png.readUInt32BE(at);
    if (wanted({ name: png.toString('latin1', at + 4, at + 8) })) kept.push(png.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

const AFTER_IHDR = 33;

/** A PNG with further chunks behind its head. */
export const pngWith = (png: Buffer, ...chunks: Buffer[]): Buffer =>
  Buffer.concat([png.subarray(0, AFTER_IHDR), ...chunks, png.subarray(AFTER_IHDR)]);

/** A text of a PNG, in each of the three kinds of chunk that hold one (W3C PNG, 11.3.3). */
export const textChunks = {
  tEXt: (keyword: string, text: Buffer | string) =>
    pngChunk('tEXt', Buffer.concat([Buffer.from(`${keyword}\0`), Buffer.from(text)])),
  zTXt: (keyword: string, text: Buffer | string) =>
    pngChunk('zTXt', Buffer.concat([Buffer.from(`${keyword}\0\0`), deflateSync(text)])),
  iTXt: (keyword: string, text: Buffer | string) =>
    pngChunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\x01\0en\0\0`), deflateSync(text)])),
};

/** As ImageMagick writes bytes into a text: a name, their number, and two digits for each. */
export function rawProfile(name: string, bytes: Buffer): string {
  const digits = bytes.toString('hex').match(/.{1,72}/g) ?? [];
  return `\n${name}\n${String(bytes.length).padStart(8)}\n${digits.join('\n')}\n`;
}

/** A WebP with a further chunk at its end. */
export function webpWith(webp: Buffer, name: string, content: Buffer | string): Buffer {
  const body = Buffer.from(content);
  const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(body.length, 4);
  const file = Buffer.concat([webp, head, body, Buffer.alloc(body.length & 1)]);
  file.writeUInt32LE(file.length - 8, 4);
  return file;
}

/** A GIF with XMP before its trailer, and the trailer that XMP has of its own (ISO 16684-3, 1.1.2). */
export function gifWith(gif: Buffer, packet: string): Buffer {
  const magic = Buffer.from([1, ...Array.from({ length: 256 }, (_, index) => 255 - index), 0]);
  const extension = Buffer.concat([Buffer.from('\x21\xff\x0bXMP DataXMP', 'latin1'), Buffer.from(packet), magic]);
  return Buffer.concat([gif.subarray(0, -1), extension, gif.subarray(-1)]);
}

/** Photoshop's image resource with a date and a time of IPTC, and keywords. */
export function iptcResource(date: string, time: string, keywords: readonly string[] = []): Buffer {
  const records = Buffer.concat([iptcRecords(date, time), ...keywords.map((text) => iptcRecord(25, text))]);
  const head = Buffer.from('8BIM\x04\x04\0\0\0\0\0\0', 'latin1');
  head.writeUInt32BE(records.length, 8);
  return Buffer.concat([head, records, Buffer.alloc(records.length & 1)]);
}

export const iptcRecords = (date: string, time: string): Buffer =>
  Buffer.concat([iptcRecord(55, date), iptcRecord(60, time)]);

const iptcRecord = (number: number, text: string) =>
  Buffer.concat([Buffer.of(0x1c, 2, number, 0, Buffer.byteLength(text)), Buffer.from(text)]);

/** The boxes of a file of ISO base media, in their order. */
function boxesOf(file: Buffer): { name: string; bytes: Buffer }[] {
  const boxes = [];
  for (let at = 0; at < file.length; at += file.readUInt32BE(at)) {
    boxes.push({
      name: file.toString('latin1', at + 4, at + 8),
      bytes: file.subarray(at, at + file.readUInt32BE(at)),
    });
  }
  return boxes;
}

/**
 * A HEIF file whose `meta` stands behind its `mdat`, as Samsung writes it. Of `iloc` it knows the form that libheif
 * writes: version 0, with a base of four bytes for each item that counts from the start of the file.
 */
export function indexBehind(file: Buffer): Buffer {
  const boxes = boxesOf(file);
  const named = (name: string) => boxes.find((box) => box.name === name)?.bytes ?? Buffer.alloc(0);
  const meta = Buffer.from(named('meta'));
  const iloc = meta.indexOf('iloc') + 4;
  if (meta[iloc] !== 0 || meta.readUInt16BE(iloc + 4) !== 0x4440) throw new Error('This iloc is of another form.');
  for (let at = iloc + 8, left = meta.readUInt16BE(iloc + 6); left > 0; left -= 1) {
    meta.writeUInt32BE(meta.readUInt32BE(at + 4) - meta.length, at + 4);
    at += 10 + 8 * meta.readUInt16BE(at + 8);
  }
  return Buffer.concat([named('ftyp'), named('mdat'), meta]);
}
