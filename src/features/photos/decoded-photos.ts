import { LRUCache } from 'lru-cache';
import type { Clock } from '../../runtime/clock.ts';
import type { PhotoId } from '../../runtime/ids.ts';
import type { DecodedPhoto } from '../../pictures/variants/variants.ts';

/** Photos that have just been decoded, so that all sizes and formats that are asked at about the same time share it. */
export type DecodedPhotos = LRUCache<PhotoId, DecodedPhoto>;

/** Bytes of decoded photos: three of the largest, as many as may be in work at once. */
const CAPACITY = 40 * 2 ** 20;

/** How long after its last use a decoded photo is kept, in milliseconds. */
const KEPT_FOR = 20_000;

export function createDecodedPhotos(clock: Clock): DecodedPhotos {
  return new LRUCache({
    maxSize: CAPACITY,
    sizeCalculation: ({ pixels, gainMap }) => Math.max(1, pixels.data.length + (gainMap?.image.length ?? 0)),
    ttl: KEPT_FOR,
    ttlResolution: 0,
    updateAgeOnGet: true,
    // Otherwise the last ones would stay in memory until others come.
    ttlAutopurge: true,
    perf: clock,
  });
}
