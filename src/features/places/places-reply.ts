import type { Request } from 'express';
import { tileOf } from '../../data/model/tile.ts';
import type { Reply } from '../../http/route.ts';
import type { UserId } from '../../runtime/ids.ts';
import { createPresenter } from '../photos/present.ts';
import { ownersItems } from '../photos/write-list-items.ts';
import { versionedReply, type VersionedReplyDeps } from '../timeline/versioned-reply.ts';
import { readPlacePhotos, readPlaces, type ReadPlacesDeps } from './read-places.ts';

export interface PlacesDeps extends ReadPlacesDeps, VersionedReplyDeps {}

/**
 * Replies with the places of the caller's timeline. An unchanged reply costs one lookup.
 * @throws AppError account-erased
 */
export const placesReply = (deps: PlacesDeps, user: UserId, request: Request): Promise<Reply> =>
  versionedReply(
    deps,
    {
      user,
      query: ['places'],
      async read() {
        const places = await readPlaces(deps, user);
        return { sequence: places.sequence, text: JSON.stringify(places) };
      },
    },
    request,
  );

/**
 * Replies with one page of the caller's photos of a place.
 * @throws AppError like `readPlacePhotos`
 */
export const placePhotosReply = (
  deps: PlacesDeps,
  id: UserId,
  query: { place: string; limit: number; cursor?: string | undefined; fields?: 'all' | undefined },
  request: Request,
): Promise<Reply> =>
  versionedReply(
    deps,
    {
      user: id,
      query: ['place', query],
      async read() {
        const { user, items: photos, next, prev } = await readPlacePhotos(deps, id, query);
        const { handle, sequence } = user;
        const present = createPresenter(deps, id, handle);
        const items =
          query.fields === 'all'
            ? photos.map((photo) => JSON.stringify(present(photo)))
            : ownersItems(deps, id, handle, photos.map(tileOf));
        const rest = JSON.stringify({ next, prev, sequence });
        return { sequence, next, prev, text: `{"items":[${items.join(',')}],${rest.slice(1)}` };
      },
    },
    request,
  );
