import { heifBytesWanted, heifType } from './parsers/heif-brands.ts';

/** The types of pictures that are accepted. SVG, TIFF, JPEG XL and video are not among them. */
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/heic'] as const;

export type ImageType = (typeof IMAGE_TYPES)[number];

/** How many bytes from the start of a file tell its kind, of nearly every file; `bytesToSniff` knows the others. */
export const SNIFF_BYTES = 64;

/**
 * The kind of picture by its first bytes, never by its name or by what a header says; undefined for anything else.
 * Image sequences (`avis`, `hevc`) count when they hold a still picture as well, which is then the one that is shown.
 */
export function sniffType(head: Uint8Array): ImageType | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const text = bytes.toString('latin1', 0, SNIFF_BYTES);
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'image/gif';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'image/webp';
  return isHeif(text) ? heifType(bytes) : undefined;
}

/** How many bytes from the start of a file `sniffType` wants to see, as far as those that are there tell. */
export function bytesToSniff(head: Buffer): number {
  if (head.length < SNIFF_BYTES) return SNIFF_BYTES;
  return isHeif(head.toString('latin1', 0, 8)) ? heifBytesWanted(head) : head.length;
}

const isHeif = (text: string) => text.startsWith('ftyp', 4);
