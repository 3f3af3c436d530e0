import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Tile } from '../../data/model/tile.ts';
import { fitWithin, VARIANT_SIZES, type VariantSize } from '../../pictures/variants/sizes.ts';
import { mediaSigner, mediaWindow, type MediaTokens } from '../../signing/media-token.ts';
import { rotationsPart, type PresentDeps } from './present.ts';
import { cacheKeyOf } from './recipe.ts';
import type { SharedPhoto } from './schemas.ts';

const SIZES = Object.keys(VARIANT_SIZES) as VariantSize[];

/** Writes `ListedPhoto`s for their owner, each as JSON. All but the URLs is in the tile as JSON, so nothing is parsed. */
export function ownersItems(deps: PresentDeps, user: UserId, owner: string, tiles: readonly Tile[]): string[] {
  const { head, variants, imagesOf } = partsOf(deps, owner);
  return withTokens(deps, user, tiles).map(([tile, tokens]) => {
    const original = `"url":"${imagesOf(tile)}/original?t=${tokens.original}"}`;
    return `${head(tile)},${tile.strangers},${tile.owners},${original},${variants(tile, tokens.variants)}}`;
  });
}

/** Writes `SharedPhoto`s for all others, without a look at the owner's part. */
export const strangersItems = (deps: PresentDeps, user: UserId, owner: string, tiles: readonly Tile[]): string[] =>
  itemsWithTokens(deps, owner, withTokens(deps, user, tiles));

/** Makes the photos of a page for strangers. */
export const strangersPhotos = (...about: Parameters<typeof strangersItems>): SharedPhoto[] =>
  strangersItems(...about).map((item) => JSON.parse(item) as SharedPhoto);

/** Makes photos for guests of a share that grants neither originals nor places. `sign` makes the tokens of its URLs. */
export const guestsPhotos = (
  deps: PresentDeps,
  owner: string,
  sign: (photo: PhotoId) => MediaTokens,
  tiles: readonly Tile[],
): SharedPhoto[] => {
  const items = itemsWithTokens(
    deps,
    owner,
    tiles.map((tile) => [tile, sign(tile.id)]),
  );
  return items.map((item) => JSON.parse(item) as SharedPhoto);
};

function itemsWithTokens(deps: PresentDeps, owner: string, tiles: readonly [Tile, MediaTokens][]): string[] {
  const { head, variants } = partsOf(deps, owner);
  return tiles.map(([tile, tokens]) => `${head(tile)},${tile.strangers},${variants(tile, tokens.variants)}}`);
}

/** Writes photos of a user for another member of a shared album: what strangers get, and whose they are. */
export function membersItems(
  deps: PresentDeps,
  { user, owner, sign }: { user: UserId; owner: string; sign: (photo: PhotoId) => string },
  tiles: readonly Tile[],
): string[] {
  const { head, variants } = partsOf(deps, owner);
  return tiles.map((tile) => `${head(tile)},"member":"${user}",${tile.strangers},${variants(tile, sign(tile.id))}}`);
}

function withTokens(deps: PresentDeps, user: UserId, tiles: readonly Tile[]): [Tile, MediaTokens][] {
  const sign = mediaSigner(deps, { user, expiresAt: mediaWindow(deps.clock, user) });
  const tokens = sign(tiles.map(({ id }) => id));
  return tiles.map((tile, at) => [tile, tokens[at]!]);
}

function partsOf({ linkBase }: PresentDeps, owner: string) {
  const ownerText = JSON.stringify(owner);
  const base = JSON.stringify(linkBase).slice(1, -1);
  const imagesOf = ({ id }: Tile) => `${base}/v1/photos/${id}/image`;
  return {
    imagesOf,
    head: ({ id }: Tile) => `{"id":"${id}","owner":${ownerText}`,
    variants(tile: Tile, token: string): string {
      const images = imagesOf(tile);
      const sizes = SIZES.map((size) => {
        const { width, height } = fitWithin(tile.shown.width, tile.shown.height, size);
        const url = `${images}/${size}?t=${token}${rotationsPart(tile)}`;
        const cacheKey = cacheKeyOf(tile, size);
        return `"${size}":{"url":"${url}","cacheKey":"${cacheKey}","width":${width},"height":${height},"type":"image/jpeg"}`;
      });
      return `"variants":{${sizes.join(',')}}`;
    },
  };
}
