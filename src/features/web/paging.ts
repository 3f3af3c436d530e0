import { html } from '../../runtime/html.ts';

/** Links to the pages beside this one, at `path`; nothing when there are none. */
export function pagingLinks(path: string, { next, prev = null }: { next: string | null; prev?: string | null }) {
  if (next === null && prev === null) return undefined;
  const href = (cursor: string) => `${path}?cursor=${encodeURIComponent(cursor)}`;
  return html`<nav class="paging" aria-label="Pages">
    ${prev !== null && html`<a rel="prev" href="${href(prev)}"><span aria-hidden="true">←</span> Newer photos</a>`}
    ${next !== null && html`<a rel="next" href="${href(next)}">Older photos <span aria-hidden="true">→</span></a>`}
  </nav>`;
}
