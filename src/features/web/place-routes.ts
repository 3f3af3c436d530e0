import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route.ts';
import { Cursor } from '../../signing/cursor.ts';
import { createPresenter } from '../photos/present.ts';
import { readPlacePhotos, readPlaces, type ReadPlacesDeps } from '../places/read-places.ts';
import { PlaceKey } from '../places/schemas.ts';
import { renderPlace, renderPlaces } from './pages/places-page.ts';

/** Photos on a page. */
const PAGE = 50;

/** Links may have any parameters. An unknown value is ignored, not refused. */
const PlaceQuery = z.looseObject({ place: PlaceKey, cursor: Cursor.optional() });

/** Routes of the pages of places. */
export const placePageRoutes = (deps: ReadPlacesDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/places',
    summary: "The countries and cities of the caller's photos.",
    access: 'user',
    scope: 'read',
    documented: false,
    replies: { 200: 'text/html' },
    handle: async ({ caller: { user, handle } }) => ({
      status: 200,
      html: renderPlaces({ handle, places: await readPlaces(deps, user) }),
    }),
  }),
  defineRoute({
    method: 'get',
    path: '/places/photos',
    summary: "The caller's photos of a country or city.",
    access: 'user',
    scope: 'read',
    documented: false,
    query: PlaceQuery,
    replies: { 200: 'text/html' },
    async handle({ caller: { user, handle }, query: { place, cursor } }) {
      const { items, next, prev } = await readPlacePhotos(deps, user, { place, limit: PAGE, cursor });
      const photos = items.map(createPresenter(deps, user, handle));
      return { status: 200, html: renderPlace({ handle, place, photos, next, prev }) };
    },
  }),
];
