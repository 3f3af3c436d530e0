import { LRUCache } from 'lru-cache';
import type { Clock } from '../../runtime/clock.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Turn } from '../../pictures/decoding/decode-queue.ts';
import type { PictureFormat } from '../../pictures/variants/picture-format.ts';
import type { VariantSize } from '../../pictures/variants/sizes.ts';
import { decodeLarge, makeVariant, type DecodedPhoto } from '../../pictures/variants/variants.ts';
import type { DailyConversions } from './daily-conversions.ts';
import { RECIPE, recipePrefix } from './recipe.ts';
import type { StoredVariant, StoredVariants } from './stored-variants.ts';
import { decodeSource, isShownAs, withShownSize, type SourceDeps } from './variant-source.ts';

export interface OnDemandDeps extends SourceDeps {
  clock: Clock;
  library: Library;
  conversions: DailyConversions;
  storedVariants: StoredVariants;
  countDecode(made: 'after-upload' | 'on-demand'): void;
}

/** How many bytes of decoded photos are kept: three of the largest, as many as may be in work at once. */
const CAPACITY_BYTES = 40 * 2 ** 20;

/** How long after its last use a decoded photo is kept. */
const KEPT_FOR_MS = 20_000;

/**
 * Makes one size in one format when it is asked for. Photos that have just been decoded are kept, so that all sizes and
 * formats that are asked for at about the same time share one decode.
 */
export class VariantsOnDemand {
  readonly #deps: OnDemandDeps;
  /** By photo and rotations. */
  readonly #decoded: LRUCache<string, DecodedPhoto>;

  constructor(deps: OnDemandDeps) {
    this.#deps = deps;
    this.#decoded = new LRUCache({
      maxSize: CAPACITY_BYTES,
      sizeCalculation: ({ pixels, gainMap }) => Math.max(1, pixels.data.length + (gainMap?.image.length ?? 0)),
      ttl: KEPT_FOR_MS,
      ttlResolution: 0,
      updateAgeOnGet: true,
      // Otherwise the last ones would stay in memory until others come.
      ttlAutopurge: true,
      perf: deps.clock,
    });
  }

  /**
   * Makes the variant unless it exists, stores it, and corrects the size that the photo says of itself. Has it deleted
   * if the owner has turned the photo meanwhile.
   */
  async make(photo: Photo, size: VariantSize, format: PictureFormat, turn: Turn): Promise<StoredVariant> {
    const { storedVariants, decodeLimits, library } = this.#deps;
    const existing = await storedVariants.findFresh(photo, size, format);
    if (existing) return existing;
    const source = await this.#decode(photo, turn);
    const made = await makeVariant(source, { size, format }, decodeLimits);
    turn.decoded();
    await storedVariants.save(photo, size, made);
    await library.commit(
      photo.user,
      async (change) => {
        const before = await change.photos.get(photo.id);
        if (before.rotations !== photo.rotations) return change.objects.eraseAll(recipePrefix(photo, RECIPE));
        if (!isShownAs(before, source.shown))
          await change.photos.progress(photo.id, withShownSize(before, source.shown));
      },
      [photoRef(photo.id)],
    );
    return made;
  }

  /** The photo at the size from which all others are made. Counts one conversion, whether or not it was kept. */
  async #decode(photo: Photo, turn: Turn): Promise<DecodedPhoto> {
    const { conversions, countDecode } = this.#deps;
    const key = `${photo.id}/${photo.rotations}`;
    const known = this.#decoded.get(key);
    if (known) {
      conversions.count(photo.user);
      return known;
    }
    const holds = (bytes: number) => {
      turn.holds(bytes);
      conversions.count(photo.user);
    };
    const made = await decodeSource(this.#deps, photo, { size: 'large', holds }, decodeLarge);
    countDecode('on-demand');
    this.#decoded.set(key, made);
    return made;
  }
}
