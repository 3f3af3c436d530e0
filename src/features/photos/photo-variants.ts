import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import { contentRef, photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import { absent, isAbsence } from '../../data/rules/erasure.ts';
import type { DecodeQueue, Turn } from '../../pictures/decoding/decode-queue.ts';
import { COMMON_FORMAT, type PictureFormat } from '../../pictures/variants/picture-format.ts';
import type { EagerSize, VariantSize } from '../../pictures/variants/sizes.ts';
import type { VariantCache } from '../../pictures/variants/variant-cache.ts';
import { makeEagerVariants, type EagerDeps } from './eager-variants.ts';
import { variantTag, type RotatedPhotoRef } from './recipe.ts';
import { StoredVariants, type StoredVariant } from './stored-variants.ts';
import { sourceOf } from './variant-source.ts';
import { VariantsOnDemand, type OnDemandDeps } from './variants-on-demand.ts';

interface PhotoVariantsDeps extends Omit<EagerDeps & OnDemandDeps, 'storedVariants'> {
  clock: Clock;
  pictures: VariantCache;
  decodes: DecodeQueue;
}

/** The smaller sizes of photos: objects that can be made again from the original at any time. */
export class PhotoVariants {
  readonly #deps: PhotoVariantsDeps & { storedVariants: StoredVariants };
  readonly #stored: StoredVariants;
  readonly #onDemand: VariantsOnDemand;

  constructor(deps: PhotoVariantsDeps) {
    this.#stored = new StoredVariants(deps.pictures);
    this.#deps = { ...deps, storedVariants: this.#stored };
    this.#onDemand = new VariantsOnDemand(this.#deps);
  }

  /**
   * Makes thumb, small and medium by the current recipe and records that the photo is ready. Deletes those of an earlier
   * recipe. Calls at the same time share one run.
   */
  makeEager(photo: Photo, signal?: AbortSignal): Promise<Record<EagerSize, StoredVariant>> {
    return this.#inTurn(
      photo,
      `eager-${photo.rotations}`,
      (turn) => makeEagerVariants(this.#deps, photo, turn),
      signal,
    );
  }

  /** One size in the first of these formats that it exists in; undefined when in none. Asks the bucket at most. */
  find(
    photo: RotatedPhotoRef,
    size: VariantSize,
    formats: readonly PictureFormat[],
  ): Promise<StoredVariant | undefined> {
    return this.#stored.find(photo, size, formats);
  }

  /**
   * One size in one format: by an earlier recipe if that exists, or else made on the spot and stored.
   * @param signal is aborted when the client has gone
   * @throws AppError not-found, unavailable after a failed decode; rate-limited, gone, and what the decode throws
   */
  async make(photo: Photo, size: VariantSize, format: PictureFormat, signal?: AbortSignal): Promise<StoredVariant> {
    requireNotFailed(photo, this.#deps.clock.now());
    const earlier = await this.#stored.findEarlier(photo, size, format);
    if (earlier) return earlier;
    if (size === 'large' || format !== COMMON_FORMAT) {
      this.#deps.conversions.requireLeft(photo.user);
      const job = (turn: Turn) => this.#onDemand.make(photo, size, format, turn);
      return this.#inTurn(photo, variantTag(photo, size, format), job, signal);
    }
    // Not from the bucket: if the owner has turned the photo meanwhile, they may be deleted there already.
    return (await this.makeEager(photo, signal))[size];
  }

  /** Runs a job for a photo in the decode queue, in the turn of its owner. */
  #inTurn<T>(photo: Photo, name: string, job: (turn: Turn) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#deps.decodes.run({
      user: photo.user,
      photo: photo.id,
      key: `${name}/${photo.id}`,
      bytes: sourceOf(photo).bytes,
      signal,
      job: (turn) => job(turn).catch((error) => this.#tidyUp(photo, error)),
    });
  }

  /**
   * Removes the variants of a photo that was erased while they were made, and a photo whose bytes are not those that the
   * client announced.
   * @throws AppError gone after a wrong digest, else `error` itself
   */
  async #tidyUp(photo: Photo, error: unknown): Promise<never> {
    if (isAbsence(error)) await this.#stored.removeAll(photo);
    if (!(error instanceof AppError && error.code === 'digest-mismatch')) throw error;
    await this.#reject(photo);
    throw absent({ ...photo, erasedFor: 'digest-mismatch' });
  }

  /**
   * Removes a photo whose bytes have another sha256 than announced from lists, counts, quota and bucket. The change feed
   * gives the reason. Does nothing to a photo that was erased meanwhile or whose checksum is proved.
   */
  #reject({ user, id, sha256 }: Photo): Promise<void> {
    return this.#deps.library.commit(
      user,
      async (change) => {
        const [photo] = await change.photos.getMany([id]);
        if (photo?.digest === 'claimed') await change.photos.erase([photo], 'digest-mismatch');
      },
      [photoRef(id), contentRef(sha256)],
    );
  }
}

/**
 * Passes a photo whose smaller sizes may be made on demand. A photo whose decode failed is not decoded for each request.
 * @throws AppError not-found when no attempt follows, else unavailable
 */
function requireNotFailed({ state, processing }: Photo, now: number): void {
  if (state !== 'failed') return;
  const { lastError, nextAttemptAt } = processing;
  if (nextAttemptAt === null) {
    throw new AppError('not-found', `This photo has no smaller sizes, only its original: ${lastError}`);
  }
  throw new AppError('unavailable', `This photo has no smaller sizes yet; another attempt follows: ${lastError}`, {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil((nextAttemptAt - now) / 1000))) },
  });
}
