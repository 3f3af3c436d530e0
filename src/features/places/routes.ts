import { defineRoute, type Route } from '../../http/route.ts';
import { TimelinePage } from '../timeline/schemas.ts';
import { placePhotosReply, placesReply, type PlacesDeps } from './places-reply.ts';
import { PlaceListReply, PlacePhotosQuery } from './schemas.ts';

export const placeRoutes = (deps: PlacesDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/places',
    summary: 'The countries and cities of your photos, with counts and covers.',
    access: 'user',
    scope: 'read',
    work: 'inside',
    replies: { 200: PlaceListReply, 304: null },
    handle: ({ caller, request }) => placesReply(deps, caller.user, request),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/places/photos',
    summary: 'One page of your photos of a country or city, newest first, without archive and trash.',
    access: 'user',
    scope: 'read',
    work: 'inside',
    query: PlacePhotosQuery,
    replies: { 200: TimelinePage, 304: null },
    errors: ['cursor-invalid', 'cursor-mismatch'],
    handle: ({ query, caller, request }) => placePhotosReply(deps, caller.user, query, request),
  }),
];
