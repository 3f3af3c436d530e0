import type { City, Country, PlaceListReply } from '../../places/schemas.ts';
import type { Photo } from '../../photos/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { photoHref } from '../parts/lists.ts';
import { pagingLinks } from '../parts/paging.ts';
import { photoGrid } from '../parts/photo-grid.ts';
import { placeHref } from '../parts/places.ts';

/** Renders the countries and cities of the caller's photos. */
export function renderPlaces({ handle, places }: { handle: string; places: PlaceListReply }): string {
  const { items, complete } = places;
  return renderPage({
    title: 'Places',
    signedIn: handle,
    current: '/places',
    main: html`<div class="listhead"><h1>Places</h1></div>
      ${!complete && html`<p class="notice" role="status">Some of your photos still wait for their places. Look again tomorrow.</p>`}
      ${items.length > 0 ? items.map(countrySection) : html`<p class="empty">No places yet. Photos with coordinates appear here, and photos that you give a place.</p>`}
      ${items.length > 0 && html`<p class="hint">Only you see the places of your photos. Names of places: <a href="https://www.geonames.org/">GeoNames</a> (CC BY 4.0).</p>`}`,
  });
}

function countrySection({ place, country, count, cities, coverUrls }: Country, at: number): Content {
  const name = country ?? 'Other places';
  return html`<section class="country" aria-labelledby="country-${at}">
    <h2 id="country-${at}">
      <a href="${placeHref(place)}"><bdi>${name}</bdi></a> <small>${photosIn(count)}</small>
    </h2>
    <ul class="albums">
      ${cities.length > 0 ? cities.map(cityCard) : card({ place, name, count, coverUrls })}
    </ul>
  </section>`;
}

const cityCard = ({ place, city, region, count, coverUrls }: City): Content =>
  card({ place, name: city ?? region ?? '', note: city === null ? undefined : region, count, coverUrls });

interface Card extends Pick<City, 'place' | 'count' | 'coverUrls'> {
  name: string;
  note?: string | null | undefined;
}

const card = ({ place, name, note, count, coverUrls }: Card): Content =>
  html`<li>
    <a href="${placeHref(place)}">
      <span class="cover"
        >${coverUrls && html`<img src="${coverUrls.small}" alt="" loading="lazy" decoding="async" />`}</span
      >
      <strong dir="auto">${name}</strong>
      <small>${note && html`<bdi>${note}</bdi>, `}${photosIn(count)}</small>
    </a>
  </li> `;

const photosIn = (count: number) => (count === 1 ? '1 photo' : `${count} photos`);

interface PlacePage {
  handle: string;
  place: string;
  photos: readonly Photo[];
  next: string | null;
  prev: string | null;
}

/** Renders the photos of a country or city. */
export function renderPlace({ handle, place, photos, next, prev }: PlacePage): string {
  const [first] = photos;
  const name = titleOf(place, first?.place ?? null);
  return renderPage({
    title: name,
    signedIn: handle,
    current: '/places',
    main: html`<div class="listhead">
        <h1 dir="auto">${name}</h1>
        <nav class="listacts" aria-label="Places"><a href="/places">All places</a></nav>
      </div>
      ${photos.length > 0 ? photoGrid(photos, { by: 'taken', hrefOf: ({ id }) => photoHref(id, 'timeline') }) : html`<p class="empty">No photos of this place.</p>`}
      ${pagingLinks(placeHref(place), { next, prev })}`,
  });
}

/** A key with slashes is one of a city. */
function titleOf(key: string, place: Photo['place']): string {
  if (!place) return 'Place';
  const names = key.includes('/') ? [place.city ?? place.region, place.country] : [place.country];
  return names.filter((name) => name !== null).join(', ') || 'Other places';
}
