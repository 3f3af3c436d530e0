import { z } from 'zod';
import { filterTerm } from '../../data/model/words-of-photo.ts';
import { postedKey, timelineKey } from '../../data/model/sort-keys.ts';
import type { Photo, User } from '../../data/model/records.ts';
import { accountErased } from '../../data/rules/erasure.ts';
import type { IndexRange, Snapshot } from '../../data/read/snapshot.ts';
import type { Store } from '../../data/read/store.ts';
import type { AlbumId, UserId } from '../../runtime/ids.ts';
import { readCursor, signCursor, type CursorScope } from '../../signing/cursor.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { expandWords, type AnyOf } from './expand-words.ts';
import { needsCheck, passesCheck } from './matches.ts';
import { parseQuery, type ParsedQuery } from './parse-query.ts';
import { vocabularyRef, type Vocabulary } from './vocabulary.ts';

export interface SearchDeps {
  store: Store;
  signingKeys: SigningKeys;
}

/** Terms by which a search is narrowed besides its words. */
export interface SearchFilters {
  favourite?: boolean | undefined;
  archived?: boolean | undefined;
  album?: AlbumId | undefined;
  type?: string | undefined;
  hasPlace?: boolean | undefined;
  rating?: number | undefined;
  /** The first and the last year, month or day, such as `2019-07`, in the order of the search. */
  from?: string | undefined;
  to?: string | undefined;
}

export interface SearchQuery extends SearchFilters {
  q: string;
  limit: number;
  cursor?: string | undefined;
  order: 'taken' | 'posted';
  first: 'newest' | 'oldest';
}

export interface FoundPage {
  user: User;
  photos: Photo[];
  next: string | null;
  prev: string | null;
}

/** Entities that one page reads at the most, where it must look at photos that it does not show. */
const MOST_CHECKED = 500;

const ORDERS = {
  taken: { by: 'albumKey', positionOf: timelineKey },
  posted: { by: 'albumPostedKey', positionOf: postedKey },
} as const;

/**
 * A cursor is a position in the order of the search, the direction to read in, and what each word has become: a page that
 * continues another asks for the same terms.
 */
const SearchPosition = z.object({
  at: z.string(),
  to: z.enum(['older', 'newer']),
  here: z.literal(true).optional(),
  any: z.array(z.array(z.string())).optional(),
});
type SearchPosition = z.infer<typeof SearchPosition>;

/**
 * Reads one page of what a search finds, in one snapshot. A page may be short, and even empty, while `next` is set: at the end
 * of what the index holds, and where many photos do not pass the check of quotes and exclusions.
 * @throws AppError account-erased, cursor-invalid, cursor-mismatch, invalid-request
 */
export async function readSearch(deps: SearchDeps, user: UserId, query: SearchQuery): Promise<FoundPage> {
  const { limit: _limit, cursor, ...filter } = query;
  const scope: CursorScope = { user, order: 'search', filter };
  const start = cursor === undefined ? undefined : readCursor(deps, scope, cursor, SearchPosition);
  const parsed = parseQuery(query.q);
  const page = await deps.store.snapshot(user, async (snapshot) => {
    if (parsed.hasNoWord) return { user: snapshot.user, photos: [], next: null, prev: null };
    const any = start?.any ?? (await expandWords(snapshot, parsed));
    const titles = needsCheck(parsed) ? (await snapshot.entity(vocabularyRef))?.titles : undefined;
    const { photos, next, prev } = await pageFrom(snapshot, {
      user,
      query,
      parsed,
      terms: termsOf(query, any),
      titles,
      start,
    });
    const sign = (position: SearchPosition | undefined) => position && signCursor(deps, scope, { ...position, any });
    return { user: snapshot.user, photos, next: sign(next) ?? null, prev: sign(prev) ?? null };
  });
  if (!page) throw accountErased();
  return page;
}

/** What the index is asked for. It needs a term at least: each photo is archived, or it is not. */
function termsOf(filters: SearchFilters, any: readonly AnyOf[]) {
  const { favourite, archived, album, type, hasPlace, rating } = filters;
  const terms: (string | AnyOf)[] = any.map((terms) => (terms.length === 1 ? terms.join('') : terms));
  if (favourite !== undefined) terms.push(filterTerm.favourite(favourite));
  if (archived !== undefined) terms.push(filterTerm.archived(archived));
  if (album !== undefined) terms.push(filterTerm.album(album));
  if (type !== undefined) terms.push(filterTerm.type(type));
  if (hasPlace !== undefined) terms.push(filterTerm.hasPlace(hasPlace));
  if (rating !== undefined && rating > 0) terms.push(filterTerm.rating(rating));
  return terms.length > 0 ? terms : [[filterTerm.archived(false), filterTerm.archived(true)]];
}

interface PageQuery {
  user: UserId;
  query: SearchQuery;
  parsed: ParsedQuery;
  terms: IndexRange['terms'];
  titles: Vocabulary['titles'];
  start: SearchPosition | undefined;
}

async function pageFrom(snapshot: Snapshot, page: PageQuery) {
  const { query, start } = page;
  const onwards = query.first === 'newest' ? 'older' : 'newer';
  const backwards = onwards === 'older' ? 'newer' : 'older';
  const towards = start?.to ?? onwards;
  const { photos, seen, isEnd } = await collect(snapshot, page, towards);
  // The cursor of a page without photos leads back to where it started, and includes the photo there.
  const cursor = (at: string | undefined, to: SearchPosition['to']): SearchPosition | undefined =>
    at === undefined ? start && { at: start.at, to, here: true } : { at, to };
  const ahead = isEnd ? undefined : cursor(seen.at(-1), towards);
  if (towards === onwards) return { photos, next: ahead, prev: start && cursor(seen[0], backwards) };
  return { photos: photos.toReversed(), next: cursor(seen[0], onwards), prev: ahead };
}

/** Reads photos until the page is full, the index ends, or too many did not pass the check. `seen` has their positions. */
async function collect(snapshot: Snapshot, page: PageQuery, towards: SearchPosition['to']) {
  const { user, query, parsed, terms, titles, start } = page;
  const { by, positionOf } = ORDERS[query.order];
  const checks = needsCheck(parsed);
  const atOnce = checks ? Math.max(query.limit, LEAST_CHECKED) : query.limit;
  const most = checks ? MOST_CHECKED : query.limit;
  const photos: Photo[] = [];
  const seen: string[] = [];
  while (seen.length < most) {
    const limit = Math.min(atOnce, most - seen.length);
    const from = seen.at(-1) ?? start?.at;
    const including = seen.length === 0 && start?.here;
    const range: IndexRange = { by, towards, limit, from, including, terms, between: periodOf(user, query) };
    const found = await snapshot.photos(range);
    for (const photo of found) {
      if (photos.length === query.limit) return { photos, seen, isEnd: false };
      seen.push(positionOf(photo));
      if (!checks || passesCheck(parsed, photo, titles)) photos.push(photo);
    }
    if (found.length < limit) return { photos, seen, isEnd: true };
    if (photos.length === query.limit) break;
  }
  return { photos, seen, isEnd: false };
}

/** `~` sorts after every character of a time: the end is the position behind all times that begin so. */
const periodOf = (user: UserId, { from, to }: SearchFilters): NonNullable<IndexRange['between']> => ({
  start: from === undefined ? undefined : `${user}|${from}`,
  end: to === undefined ? undefined : `${user}|${to}~`,
});

/** Photos that a page with a check reads at once, at the least: many of them may not pass. */
const LEAST_CHECKED = 50;
