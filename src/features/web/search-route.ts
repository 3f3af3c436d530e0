import { z } from 'zod';
import { defineRoute, type Caller, type Route } from '../../http/route.ts';
import { wordIndexingOf } from '../../data/model/word-indexing.ts';
import { AppError } from '../../runtime/errors.ts';
import { createPresenter, type PresentDeps } from '../photos/present.ts';
import { readSearch, type SearchDeps } from '../search/read-search.ts';
import { readTagCounts } from '../search/read-tags.ts';
import { LONGEST_QUERY, SearchQuery } from '../search/schemas.ts';
import { renderSearch } from './pages/search-page.ts';

export interface SearchPageDeps extends SearchDeps, PresentDeps {}

/** Photos on a page. */
const PAGE = 50;

/** Tags that the page shows before a search. */
const SHOWN_TAGS = 60;

const { shape } = SearchQuery;

/** A form also sends its empty inputs. Links may have any parameters. An unknown value is ignored, not refused. */
const orNone = <S extends z.ZodType>(schema: S) => schema.optional().catch(undefined);

const PageQuery = z.looseObject({
  q: z
    .string()
    .transform((text) => text.slice(0, LONGEST_QUERY).toWellFormed())
    .catch(''),
  cursor: shape.cursor,
  order: shape.order.catch('taken'),
  first: shape.first.catch('newest'),
  favourite: orNone(shape.favourite),
  archived: orNone(shape.archived),
  album: orNone(shape.album),
  type: orNone(z.string().min(1).max(100).toLowerCase()),
  hasPlace: orNone(shape.hasPlace),
  rating: orNone(z.enum(['1', '2', '3', '4', '5']).transform(Number)),
  from: orNone(shape.from),
  to: orNone(shape.to),
});

/** The page of the search. */
export const searchRoute = (deps: SearchPageDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/search',
    summary: 'The search, with what it finds.',
    access: 'user',
    scope: 'read',
    documented: false,
    query: PageQuery,
    replies: { 200: 'text/html' },
    handle: async ({ query, caller }) => ({ status: 200, html: await searchPage(deps, caller, query) }),
  });

async function searchPage(deps: SearchPageDeps, { user, handle }: Caller, query: z.output<typeof PageQuery>) {
  const { q, cursor, order, first, favourite, archived, album, type, hasPlace, rating, from, to } = query;
  const filters = { favourite, archived, album, type, hasPlace, rating, from, to };
  const page = { handle, q, filters, order, first, isLater: cursor !== undefined, tags: [] };
  const asksNothing = q.trim() === '' && Object.values(filters).every((value) => value === undefined);
  if (asksNothing) {
    const { tags } = await readTagCounts(deps, user);
    return renderSearch({ ...page, tags: tags.slice(0, SHOWN_TAGS).map(({ tag }) => tag) });
  }
  try {
    const found = await readSearch(deps, user, { q, ...filters, limit: PAGE, cursor, order, first });
    const photos = found.photos.map(createPresenter(deps, user, handle));
    const { complete } = wordIndexingOf(found.user);
    return renderSearch({ ...page, found: { photos, next: found.next, prev: found.prev, complete } });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'invalid-request')) throw error;
    return renderSearch({ ...page, fault: 'The search has too many words. Leave some out.' });
  }
}
