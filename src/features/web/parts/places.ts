import type { Photo } from '../../photos/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';

/** Returns the address of the photos of a country or city. */
export const placeHref = (place: string) => `/places/photos?place=${encodeURIComponent(place)}`;

/** Renders where a photo was taken: the words for it, and the coordinates. */
export function placeFact({ place, location }: Pick<Photo, 'place' | 'location'>): Content {
  const spot = location && `${location.latitude.toFixed(4)}, ${location.longitude.toFixed(4)}`;
  const names = place && [...new Set([place.city, place.region, place.country])].filter((name) => name !== null);
  if (!names) return spot;
  return html`<bdi>${names.join(', ')}</bdi> <small>${place.source === 'owner' ? 'set by you' : spot}</small>`;
}

/** Renders the fields by which the owner says where a photo was taken. */
export function placeFields({ place }: Pick<Photo, 'place'>, typed: URLSearchParams | undefined): Content {
  const value = (name: 'city' | 'region' | 'country') => typed?.get(name) ?? place?.[name] ?? '';
  const field = (name: 'city' | 'region' | 'country', label: string) =>
    html`<label class="field"
      >${label} <input name="${name}" value="${value(name)}" maxlength="80" dir="auto"
    /></label> `;
  return html`<fieldset class="where">
    <legend>Place (all empty: as the coordinates say)</legend>
    ${field('city', 'City')} ${field('region', 'Region')} ${field('country', 'Country')}
    ${(['city', 'region', 'country'] as const).map((name) => html`<input type="hidden" name="${name}Before" value="${place?.[name] ?? ''}" />`)}
  </fieldset>`;
}

/** The owner's word in a form of these fields. Undefined if the person has not changed it; null if all are empty. */
export function placeIn(
  fields: URLSearchParams,
): Partial<Record<'city' | 'region' | 'country', string>> | null | undefined {
  const names = ['city', 'region', 'country'] as const;
  if (names.every((name) => (fields.get(name) ?? '') === (fields.get(`${name}Before`) ?? ''))) return undefined;
  const typed = names.map((name) => [name, fields.get(name) ?? ''] as const);
  return typed.every(([, text]) => text.trim() === '') ? null : Object.fromEntries(typed);
}
