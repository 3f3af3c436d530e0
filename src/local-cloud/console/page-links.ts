import { html, type Content } from '../../runtime/html.ts';
import { linkTo } from './section.ts';

interface PagedList {
  path: string;
  query: Record<string, string | undefined>;
  /** How many entries are before this page. */
  from: number;
  /** Entries of a page. */
  size: number;
  total: number;
}

/** Links to the pages before and after this one of a list that is counted. */
export function pageLinks({ path, query, from, size, total }: PagedList): Content {
  if (total <= size) return undefined;
  const to = (start: number) => linkTo(path, { ...query, from: start || undefined });
  return html`<nav class="pages" aria-label="Pages">
    ${from > 0 && html`<a class="button" href="${to(Math.max(0, from - size))}">Newer</a>`}
    ${from + size < total && html`<a class="button" href="${to(from + size)}">Older</a>`}
    <span class="soft">${from + 1} to ${Math.min(from + size, total)} of ${total}</span>
  </nav>`;
}
