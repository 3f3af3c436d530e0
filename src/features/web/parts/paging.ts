import { html } from '../../../runtime/html.ts';

/** Renders the links to the newer and the older page at `path`, if there are any. */
export function pagingLinks(
  path: string,
  { next, prev = null }: { next: string | null; prev?: string | null },
  of: keyof typeof WORDS = 'photos',
) {
  if (next === null && prev === null) return undefined;
  const href = (cursor: string) => `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
  const [before, after] = WORDS[of];
  return html`<nav class="paging" aria-label="Pages">
    ${prev !== null && html`<a rel="prev" href="${href(prev)}"><span aria-hidden="true">←</span> ${before}</a>`}
    ${next !== null && html`<a rel="next" href="${href(next)}">${after} <span aria-hidden="true">→</span></a>`}
  </nav>`;
}

/** What the links to the page before and to the next one say, by what the list has, or by its order. */
const WORDS = {
  photos: ['Newer photos', 'Older photos'],
  placed: ['Photos before', 'Further photos'],
  albums: ['Newer albums', 'Older albums'],
} as const;
