import type { Photo } from './records.ts';

/** What a photo has in the bucket that could not be made again: its original, and the preview that came with that. */
export const irreplaceableObjects = ({ object, preview }: Pick<Photo, 'object' | 'preview'>): string[] =>
  preview ? [object, preview.object] : [object];

/** How much of the owner's quota they take. */
export const irreplaceableBytes = ({ bytes, preview }: Pick<Photo, 'bytes' | 'preview'>): number =>
  bytes + (preview?.bytes ?? 0);
