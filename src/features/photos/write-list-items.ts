import type { UserId } from '../../runtime/ids.ts';
import type { Tile } from '../../data/model/tile.ts';
import { fitWithin, VARIANT_SIZES, type VariantSize } from '../../pictures/variants/sizes.ts';
import { mediaWindow, signMediaTokens } from '../../signing/media-token.ts';
import { rotationsPart, type PresentDeps } from './present.ts';
import { cacheKeyOf } from './recipe.ts';

const SIZES = Object.keys(VARIANT_SIZES) as VariantSize[];

/** Makes the JSON of one photo in a list. */
type WriteItem = (tile: Tile) => string;

/** Writes `ListedPhoto`s for their owner. All but the URLs is in the tile as JSON, so nothing is parsed. */
export function ownersItems(deps: PresentDeps, user: UserId, owner: string): WriteItem {
  const { head, sign, variants, imagesOf } = writerOf(deps, user, owner);
  return (tile) => {
    const tokens = sign(tile);
    const original = `"url":"${imagesOf(tile)}/original?t=${tokens.original}"}`;
    return `${head(tile)},${tile.strangers},${tile.owners},${original},${variants(tile, tokens.variants)}}`;
  };
}

/** Writes `SharedPhoto`s for all others, without a look at the owner's part. */
export function strangersItems(deps: PresentDeps, user: UserId, owner: string): WriteItem {
  const { head, sign, variants } = writerOf(deps, user, owner);
  return (tile) => `${head(tile)},${tile.strangers},${variants(tile, sign(tile).variants)}}`;
}

function writerOf(deps: PresentDeps, user: UserId, owner: string) {
  const expiresAt = mediaWindow(deps.clock, user);
  const ownerText = JSON.stringify(owner);
  const base = JSON.stringify(deps.linkBase).slice(1, -1);
  const imagesOf = ({ id }: Tile) => `${base}/v1/photos/${id}/image`;
  return {
    imagesOf,
    head: ({ id }: Tile) => `{"id":"${id}","owner":${ownerText}`,
    sign: ({ id }: Tile) => signMediaTokens(deps, { user, photo: id, expiresAt }),
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
