import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { Photo } from '../photos/schemas.ts';
import { Cursor } from '../signing/cursor.ts';
import { pageReply, type PageDeps } from './page-reply.ts';

/** The largest page; a larger wish is lowered to it, so that a client need not know it. */
export const LARGEST_PAGE = 200;

export const PageSize = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .default(50)
  .transform((limit) => Math.min(limit, LARGEST_PAGE))
  .describe(`Photos on a page: 50 unless told, ${LARGEST_PAGE} at the most.`);

export const TimelineQuery = z.strictObject({
  limit: PageSize,
  cursor: Cursor.optional(),
  order: z.enum(['taken', 'posted']).default('taken').describe('By the time of capture, or by the time of posting.'),
});

export const TimelinePage = z
  .object({
    items: z.array(Photo),
    next: z.string().nullable().describe('Cursor of the next, older page; null at the end.'),
    prev: z.string().nullable().describe('Cursor of the newer page; null at the start.'),
    sequence: z.int().describe('Grows with every change of this timeline: the moment that the page shows.'),
  })
  .meta({ id: 'TimelinePage' });

export const timelineRoutes = (deps: PageDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/timeline',
    summary: 'One page of your timeline, newest first.',
    access: 'user',
    query: TimelineQuery,
    replies: { 200: TimelinePage },
    errors: ['cursor-invalid', 'cursor-mismatch'],
    handle: ({ query, caller, request }) => pageReply(deps, caller, query, request),
  }),
];
