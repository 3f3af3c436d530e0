import type { ImageType } from '../../pictures/formats.ts';
import type { KeptType } from '../../pictures/kept-formats.ts';

/**
 * The name under which an original is saved: its own where the extension fits its media type, else its own with a fitting
 * extension behind it. Browsers and systems open a file by its extension, and a client may call a picture `x.html`. The
 * whole name stays, so that the owner finds it again, and two files never get one name.
 */
export function downloadName(name: string, type: string): string {
  const fitting = FITTING[type as ImageType | KeptType];
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return fitting.includes(extension) ? name : `${name}.${fitting[0]}`;
}

/** Extensions of each type; the first one is added. */
const FITTING: Record<ImageType | KeptType, readonly [string, ...string[]]> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif', 'pjpeg', 'pjp', 'mpo'],
  'image/png': ['png', 'apng'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/avif': ['avif', 'heif', 'hif'],
  'image/heic': ['heic', 'heif', 'hif'],
  // Raw files of many cameras are TIFF by their content.
  'image/tiff': ['tif', 'tiff', 'dng', 'nef', 'nrw', 'cr2', 'arw', 'sr2', 'srw', 'pef', '3fr', 'iiq', 'erf', 'rwl'],
  'image/jxl': ['jxl'],
};
