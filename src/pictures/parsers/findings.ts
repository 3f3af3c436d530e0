/** Width and height in pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** How pixels are coded, as far as it decides what a decoder holds of them at once. */
export interface PixelCoding {
  /** Numbers per pixel without opacity. Chroma at half the width and height counts a quarter: 4:2:0 has 1.5. */
  samples: number;
  /** Bits of each number, at least 8. */
  bits: number;
  alpha: boolean;
  /** Whether the decoder holds the whole picture before its first row, where others of its format do not. */
  whole: boolean;
}

/**
 * Kinds of metadata: a block of EXIF is a TIFF head and what follows it, one of XMP a packet, one of IPTC its records or
 * Photoshop's image resources with them.
 */
export type MetadataKind = 'exif' | 'xmp' | 'iptc';

/** A block of metadata by its place in the file, in bytes. */
export interface Place {
  kind: MetadataKind;
  start: number;
  length: number;
}

/**
 * What a picture lacks that is not complete, if its file ends here: its last part; its end marker alone; or its end
 * marker and perhaps more, which nothing in the file can tell.
 */
export type Missing = 'part' | 'marker' | 'unknown';

/** What a parser has found in the bytes that have passed so far. */
export interface Findings {
  /** True once the picture is whole. Bytes after its end change nothing. */
  complete: boolean;
  missing: Missing;
  /** Why no decoder will show the picture, as a sentence; undefined unless that is certain. */
  damage?: string | undefined;
  /** As the container shows it: the transforms of HEIF are applied, an EXIF orientation is not. */
  size?: ImageSize | undefined;
  /** The most pixels that a decoder would have to hold at once, where that is more than `size` says. */
  pixels: number;
  /** Undefined until the head with it has passed. */
  coding?: PixelCoding | undefined;
  /** How many pictures an animation has; 0 or 1 for a still. */
  frames: number;
  /** The EXIF orientation, 1 to 8, where a decoder of this format looks for one. */
  orientation?: number | undefined;
  /** The metadata, in the order of the file. */
  blocks: Record<MetadataKind, Buffer[]>;
  /** Metadata that had passed before the parser learned where it is. */
  passed: Place[];
  /** The time of creation in the container, as it is written there. */
  created?: string | undefined;
}

export function nothingFound(): Findings {
  return {
    complete: false,
    missing: 'part',
    pixels: 0,
    frames: 1,
    blocks: { exif: [], xmp: [], iptc: [] },
    passed: [],
  };
}

/** In bytes. A larger block of metadata is skipped, so that memory stays bounded whatever a file declares. */
export const LARGEST_BLOCK_BYTES = 2 ** 20;

/** What is kept of a file's metadata: blocks of one kind, and bytes of all kinds together. */
const MOST_BLOCKS = 4;
const MOST_KEPT_BYTES = 2 * LARGEST_BLOCK_BYTES;

/** Keeps a copy of a block of metadata, so that the chunk around it can be freed. */
export function keep({ blocks }: Findings, kind: MetadataKind, bytes: Buffer): void {
  const block = kind === 'exif' ? tiffIn(bytes) : bytes;
  if (!block || blocks[kind].length >= MOST_BLOCKS || hasNoRoom(blocks, block)) return;
  blocks[kind].push(Buffer.from(block));
}

/** Adds a further piece to the last block of that kind. */
export function extend({ blocks }: Findings, kind: MetadataKind, bytes: Buffer): void {
  const last = blocks[kind].pop();
  if (last) blocks[kind].push(hasNoRoom(blocks, last, bytes) ? last : Buffer.concat([last, bytes]));
}

function hasNoRoom(blocks: Findings['blocks'], ...more: Buffer[]): boolean {
  const kept = [...Object.values(blocks).flat(), ...more];
  return kept.reduce((sum, { length }) => sum + length, 0) > MOST_KEPT_BYTES;
}

/** Where a TIFF head is looked for, in bytes: prefixes of other formats may stand before it. */
const HEAD_WITHIN_BYTES = 64;

/** Byte order and the number 42 (TIFF 6.0, section 2). */
const TIFF_HEAD = /II\*\0|MM\0\*/;

/** A block of EXIF from its TIFF head on; undefined without one. */
export function tiffIn(block: Buffer): Buffer | undefined {
  const text = block.toString('latin1', 0, HEAD_WITHIN_BYTES);
  const start = TIFF_HEAD.exec(text)?.index;
  return start === undefined ? undefined : block.subarray(start);
}
