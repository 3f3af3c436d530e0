import { exifOrientation } from './exif-orientation.ts';
import { extend, keep, LARGEST_BLOCK_BYTES, tiffIn, type Findings, type MetadataKind } from './findings.ts';

/**
 * Collects the metadata in the application segments of a JPEG: EXIF (CIPA DC-008, 4.7.2), XMP and its extension
 * (ISO 16684-3, 1.1.3), and Photoshop's image resources. Metadata that does not fit into one segment continues in the next.
 */
export class JpegMetadata {
  readonly #findings: Findings;
  #extended: ExtendedXmp | undefined;
  /** What a full segment may be continued by. */
  #full: MetadataKind | undefined;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  add(marker: number, segment: Buffer): void {
    if (marker === APP13 && startsWith(segment, PHOTOSHOP)) {
      const part = segment.subarray(PHOTOSHOP.length);
      this.#addPart('iptc', part, startsWith(part, '8BIM'));
    }
    if (marker !== APP1) return;
    if (startsWith(segment, XMP)) keep(this.#findings, 'xmp', segment.subarray(XMP.length));
    else if (startsWith(segment, EXTENSION)) this.#addExtension(segment.subarray(EXTENSION.length));
    // The byte behind is zero by the specification, but not by all writers.
    else if (startsWith(segment, EXIF)) {
      const part = segment.subarray(EXIF.length + 1);
      this.#findings.orientation ??= exifOrientation(tiffIn(part) ?? part);
      this.#addPart('exif', part, tiffIn(part.subarray(0, TIFF_HEAD_BYTES)) !== undefined);
    }
  }

  /** Two segments of a kind may be two blocks or one: a block begins with a head of its own. */
  #addPart(kind: MetadataKind, part: Buffer, begins: boolean): void {
    if (begins) keep(this.#findings, kind, part);
    else if (this.#full === kind) extend(this.#findings, kind, part);
    this.#full = part.length > FULL_SEGMENT_BYTES ? kind : undefined;
  }

  /** The packet counts when all of it is there. Only one is collected, since a file has one. */
  #addExtension(segment: Buffer): void {
    if (segment.length < EXTENSION_HEAD_BYTES) return;
    const id = segment.toString('latin1', 0, 32);
    const [length, offset] = [segment.readUInt32BE(32), segment.readUInt32BE(36)];
    const part = segment.subarray(EXTENSION_HEAD_BYTES);
    if (length > LARGEST_BLOCK_BYTES || offset + part.length > length) return;
    this.#extended ??= { id, packet: Buffer.alloc(length), left: length };
    if (this.#extended.id !== id || this.#extended.packet.length !== length) return;
    this.#extended.packet.set(part, offset);
    this.#extended.left -= part.length;
    if (this.#extended.left === 0) keep(this.#findings, 'xmp', this.#extended.packet);
  }
}

/** XMP that is too long for one segment. */
interface ExtendedXmp {
  /** The packet in the first segment names it by this. */
  id: string;
  packet: Buffer;
  /** Bytes that have not come yet. */
  left: number;
}

const APP1 = 0xe1;
const APP13 = 0xed;

const EXIF = 'Exif\0';
const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const EXTENSION = 'http://ns.adobe.com/xmp/extension/\0';
const PHOTOSHOP = 'Photoshop 3.0\0';

const TIFF_HEAD_BYTES = 4;

/** Name, length of the whole and offset, in bytes. */
const EXTENSION_HEAD_BYTES = 40;

/** A segment that holds more bytes than this is as long as its writer makes them. */
const FULL_SEGMENT_BYTES = 60_000;

function startsWith(bytes: Buffer, prefix: string): boolean {
  return bytes.toString('latin1', 0, prefix.length) === prefix;
}
