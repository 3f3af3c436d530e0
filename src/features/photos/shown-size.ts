import type { PhotoProgress } from '../../data/rules/photo-changes.ts';
import type { Photo } from '../../data/model/records.ts';
import type { ImageSize } from '../../pictures/parsers/findings.ts';

/** The size that the smaller sizes of a photo are made from: its own, or that of a preview which has another. */
export const shownSizeOf = ({ width, height, preview }: Photo): ImageSize => preview?.shown ?? { width, height };

/** Says how large the decoder has found it, where that was told otherwise. */
export const withShownSize = ({ preview }: Photo, { width, height }: ImageSize): PhotoProgress =>
  preview?.shown ? { preview: { ...preview, shown: { width, height } } } : { width, height };
