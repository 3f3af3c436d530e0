/** Width and height in pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** What a walk has found in the bytes that have passed so far. */
export interface Findings {
  /** True once the picture is whole. Bytes after its end change nothing. */
  complete: boolean;
  /** As the container shows it: the transforms of HEIF are applied, an EXIF orientation is not. */
  size?: ImageSize | undefined;
  /** The most pixels that a decoder would have to hold at once, where that is more than `size` says. */
  pixels: number;
  /** How many pictures an animation has; 0 or 1 for a still. */
  frames: number;
  /** The EXIF orientation, 1 to 8, where a decoder of this format looks for one. */
  orientation?: number | undefined;
  /** The EXIF block: a TIFF head and what follows it. */
  exif?: Buffer;
  /** The XMP packet. */
  xmp?: Buffer;
  /** Photoshop's image resources, IPTC among them. */
  iptc?: Buffer;
  /** When the container says that it was made, in its own words. */
  created?: string | undefined;
}

export function nothingFound(): Findings {
  return { complete: false, pixels: 0, frames: 1 };
}

/** A block of metadata beyond this is passed by, in bytes; so memory stays flat whatever a file claims. */
export const LARGEST_BLOCK = 2 ** 20;

/** An EXIF block without the prefix that JPEG needs and that other formats sometimes have as well. */
export function tiffOf(block: Buffer): Buffer {
  return copyOf(block, block.toString('latin1', 0, 6) === 'Exif\0\0' ? 6 : 0);
}

/** What is kept is copied, so that it does not hold on to the whole chunk around it. */
export function copyOf(bytes: Buffer, start = 0): Buffer {
  return Buffer.from(bytes.subarray(start));
}
