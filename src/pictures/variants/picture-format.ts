/** The formats that smaller sizes are kept in, from the smallest files to those that everything can show. */
export const PICTURE_FORMATS = ['avif', 'webp', 'jpeg'] as const;

export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** The format of the smaller sizes of each new upload, and the default when `Accept` names no format. */
export const COMMON_FORMAT = 'jpeg' satisfies PictureFormat;

export const mediaTypeOf = (format: PictureFormat) => `image/${format}` as const;

/**
 * What an `Accept` header allows, the smallest files first. A format counts when it is named: programs that cannot show
 * AVIF say `*\/*`, too. JPEG always counts: a picture helps the client more than the status 406.
 */
export function acceptedFormats(accept = ''): PictureFormat[] {
  return PICTURE_FORMATS.filter((format) => format === COMMON_FORMAT || NAMED[format].test(accept));
}

/** RFC 9110, 12.5.1: a weight of zero means "not acceptable". */
const named = (format: string) => new RegExp(`\\bimage/${format}\\b(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))`, 'i');
const NAMED = { avif: named('avif'), webp: named('webp') };
