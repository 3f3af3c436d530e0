import type { Photo } from '../../photos/schemas.ts';
import { LONGEST_QUERY } from '../../search/schemas.ts';
import type { SearchFilters } from '../../search/read-search.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { photoHref } from '../parts/lists.ts';
import { pagingLinks } from '../parts/paging.ts';
import { photoGrid } from '../parts/photo-grid.ts';
import { tagLinks } from '../parts/tags.ts';

interface SearchPage {
  handle: string;
  q: string;
  filters: SearchFilters;
  order: 'taken' | 'posted';
  first: 'newest' | 'oldest';
  /** What was found; undefined before a word or a filter is given. */
  found?: { photos: readonly Photo[]; next: string | null; prev: string | null; complete: boolean } | undefined;
  /** Why the search was refused. */
  fault?: string | undefined;
  /** Whether this is a page behind the first one. */
  isLater: boolean;
  /** The tags of most photos. */
  tags: readonly string[];
}

/** Renders the search with what it has found. */
export function renderSearch(page: SearchPage): string {
  const { handle, q, found, fault, tags } = page;
  return renderPage({
    title: q === '' ? 'Search' : `${q} · Search`,
    signedIn: handle,
    current: '/search',
    main: html`<div class="listhead"><h1>Search</h1></div>
      ${form(page)} ${fault !== undefined && html`<p class="notice fault" role="alert">${fault}</p>`}
      ${found && !found.complete && html`<p class="notice">${NOT_COMPLETE}</p>`}
      ${found ? results(page, found) : fault === undefined && invitation(tags)}`,
  });
}

const NOT_COMPLETE = 'Some older photos cannot be found yet. Photo Timeline goes through them at night.';

/** Tags to begin with. */
const invitation = (tags: readonly string[]) =>
  html`<p class="hint">
      Words of captions, tags, file names and cameras, years and months find your photos: “lake 2019”. Words in quotes
      must follow each other, and a minus sign leaves a word out.
    </p>
    ${tags.length > 0 && html`<h2>Tags</h2>`} ${tagLinks(tags)}`;

function results(page: SearchPage, { photos, next, prev }: NonNullable<SearchPage['found']>): Content {
  const hrefOf = ({ id, archived }: { id: string; archived?: boolean }) =>
    photoHref(id, archived ? 'archive' : page.order === 'posted' ? 'recent' : 'timeline');
  const byId = new Map(photos.map((photo) => [photo.id, photo]));
  return html`${
    photos.length > 0
      ? photoGrid(photos, { by: page.order, hrefOf: (photo) => hrefOf(byId.get(photo.id) ?? photo) })
      : html`<p class="empty">${page.isLater || next !== null ? 'No photos on this page.' : 'No photos found.'}</p>`
  }
  ${pagingLinks(addressOf(page), { next, prev }, page.first === 'newest' ? 'photos' : 'placed')}`;
}

/** The address of the search itself, without the page. */
function addressOf({ q, filters, order, first }: SearchPage): string {
  const query = new URLSearchParams({ q });
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, String(value));
  if (order !== 'taken') query.set('order', order);
  if (first !== 'newest') query.set('first', first);
  return `/search?${query.toString()}`;
}

type Choices = readonly (readonly [value: string, label: string])[];

const YES_NO = (yes: string, no: string): Choices => [
  ['', 'All'],
  ['true', yes],
  ['false', no],
];

const TYPES: Choices = [
  ['', 'All'],
  ['image/jpeg', 'JPEG'],
  ['image/png', 'PNG'],
  ['image/heic', 'HEIC'],
  ['image/webp', 'WebP'],
  ['image/avif', 'AVIF'],
  ['image/gif', 'GIF'],
];

const RATINGS: Choices = [['', 'All'], ...[1, 2, 3, 4, 5].map((stars) => [String(stars), `${stars} or more`] as const)];

/** The form has the words, too: on narrow screens the head has no search. */
function form({ q, filters, order, first }: SearchPage): Content {
  const { favourite, archived, hasPlace, type, rating, album, from, to } = filters;
  const isNarrowed =
    Object.values(filters).some((value) => value !== undefined) || order !== 'taken' || first !== 'newest';
  return html`<form class="search" action="/search">
    <search-box>
      <label class="field"
        >Words
        <input type="search" name="q" value="${q}" maxlength="${LONGEST_QUERY}" dir="auto" autocomplete="off" />
      </label>
    </search-box>
    ${album !== undefined && html`<input type="hidden" name="album" value="${album}" />`}
    <details class="fold" ${isNarrowed && html`open`}>
      <summary>Filters</summary>
      <div class="filters">
        ${choice('Favourites', 'favourite', favourite, YES_NO('Favourites', 'The others'))}
        ${choice('Archive', 'archived', archived, YES_NO('In the archive', 'In the timeline'))}
        ${choice('Location', 'hasPlace', hasPlace, YES_NO('With a location', 'Without'))}
        ${choice('Rating', 'rating', rating, RATINGS)} ${choice('File type', 'type', type, TYPES)}
        <label class="field">From <input name="from" value="${from ?? ''}" placeholder="2019-07" ${PERIOD} /></label>
        <label class="field">To <input name="to" value="${to ?? ''}" placeholder="2019-08" ${PERIOD} /></label>
        ${choice('Order', 'order', order, [
          ['taken', 'By capture'],
          ['posted', 'By upload'],
        ])}
        ${choice('First', 'first', first, [
          ['newest', 'Newest'],
          ['oldest', 'Oldest'],
        ])}
      </div>
    </details>
    <button>Search</button>
  </form>`;
}

const PERIOD = html`pattern="[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?" title="A year, month or day, as 2019, 2019-07 or
2019-07-01"`;

function choice(label: string, name: string, chosen: string | number | boolean | undefined, choices: Choices): Content {
  const value = chosen === undefined ? '' : String(chosen);
  return html`<label class="field"
    >${label}
    <select name="${name}">
      ${choices.map(([of, text]) => html`<option value="${of}" ${of === value && html`selected`}>${text}</option>`)}
    </select>
  </label>`;
}
