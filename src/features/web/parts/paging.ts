import { html } from '../../../runtime/html.ts';

/** Renders the links to the newer and the older page at `path`, if there are any. */
export function pagingLinks(path: string, { next, prev = null }: { next: string | null; prev?: string | null }) {
  if (next === null && prev === null) return undefined;
  const href = (cursor: string) => `${path}?cursor=${encodeURIComponent(cursor)}`;
  return html`<nav class="paging" aria-label="Pages">
    ${prev !== null && html`<a rel="prev" href="${href(prev)}"><span aria-hidden="true">←</span> Newer photos</a>`}
    ${next !== null && html`<a rel="next" href="${href(next)}">Older photos <span aria-hidden="true">→</span></a>`}
  </nav>`;
}
